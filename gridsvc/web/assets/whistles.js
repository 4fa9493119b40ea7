/* Fills the position of a report-in from the phone, where that is allowed. */
"use strict";

for (const button of document.querySelectorAll("button[data-locate]")) {
  const form = button.form;
  const fill = ({ coords }) => {
    form.elements["position.lon"].value = coords.longitude.toFixed(6);
    form.elements["position.lat"].value = coords.latitude.toFixed(6);
    form.elements["position.accuracy_m"].value = Math.ceil(coords.accuracy);
    form.elements["position.crs"].value = "wgs84";
    button.disabled = false;
  };
  const fail = () => {
    button.disabled = false;
    form.querySelector(".nowhere").hidden = false;
  };
  button.addEventListener("click", () => {
    form.querySelector(".nowhere").hidden = true;
    if (!navigator.geolocation) return fail();
    button.disabled = true;
    return navigator.geolocation.getCurrentPosition(fill, fail, { enableHighAccuracy: true });
  });
}
