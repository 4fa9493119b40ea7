"""What the pages of signing in and of one's own account say, in both languages."""

from collections.abc import Mapping

ACCOUNT: Mapping[str, Mapping[str, str]] = {
    "login": {"zh": "登录", "en": "Sign in"},
    "login_name": {"zh": "账号", "en": "Login"},
    "password": {"zh": "密码", "en": "Password"},
    "login_failed": {
        "zh": "账号或密码错误，或账号已停用。",
        "en": "The login or the password is wrong, or the account is disabled.",
    },
    "login_with": {"zh": "使用“{label}”登录", "en": "Sign in with {label}"},
    "logout": {"zh": "退出", "en": "Sign out"},
    "signed_in_as": {"zh": "当前账号", "en": "Signed in as"},
    "go_on": {"zh": "继续", "en": "Go on"},
    "account": {"zh": "我的账号", "en": "My account"},
    "password_new_title": {"zh": "设置新密码", "en": "Choose a new password"},
    "password_new_about": {
        "zh": "当前密码由管理员设置或已过期，设置新密码后即可进入。",
        "en": "An administrator made the present one up, or it is too old. Then you are in.",
    },
    "password_change": {"zh": "修改密码", "en": "Change the password"},
    "password_changed": {"zh": "密码已修改。", "en": "The password has been changed."},
    "password_about": {
        "zh": "至少 {count} 个字符。几个不相关的词连在一起，既好记又难猜。",
        "en": "{count} characters or more. A few unrelated words are easy to keep, hard to guess.",
    },
    "password_now": {"zh": "当前密码", "en": "Present password"},
    "password_new": {"zh": "新密码", "en": "New password"},
    "password_again": {"zh": "再次输入新密码", "en": "New password again"},
    "password_end_others": {
        "zh": "同时结束其他会话与令牌",
        "en": "End every other session and token",
    },
    "code": {"zh": "验证码", "en": "Code"},
    "code_title": {"zh": "两步验证", "en": "Second factor"},
    "code_about": {
        "zh": "请输入验证器应用当前显示的六位数字，或一个恢复码。",
        "en": "Type the six digits that your authenticator shows now, or a recovery code.",
    },
    "enrol_title": {"zh": "设置两步验证", "en": "Set up a second factor"},
    "enrol_about": {
        "zh": "用手机上的验证器应用扫描二维码，再输入应用显示的六位数字。",
        "en": "Scan this with an authenticator on your telephone, then type its six digits.",
    },
    "enrol_required": {
        "zh": "您的角色要求两步验证，设置后即可进入。",
        "en": "A role of yours demands one; then you are in.",
    },
    "enrol_typed": {"zh": "无法扫描时，手动输入密钥：", "en": "Or type this key by hand:"},
    "enrol_picture": {"zh": "密钥的二维码", "en": "The key as a QR code"},
    "recovery_title": {"zh": "恢复码", "en": "Recovery codes"},
    "recovery_about": {
        "zh": "请打印或抄写并妥善保管。手机不在身边时，每个恢复码可使用一次。此页只显示一次。",
        "en": "Print or write them down and keep them safe: without the telephone each lets you in"
        " once. They are shown only now.",
    },
    "recovery_renew": {"zh": "重新生成恢复码", "en": "Make new recovery codes"},
    "factor_set": {
        "zh": "自 {since} 起启用，剩余恢复码 {left} 个。",
        "en": "Set up since {since}; {left} recovery codes are left.",
    },
    "factor_none": {
        "zh": "未设置。设置后，登录时除密码外还需输入手机上的验证码。",
        "en": "None: with one, signing in takes a code from your telephone besides the password.",
    },
    "factor_remove": {"zh": "停用两步验证", "en": "Remove the second factor"},
    "factor_manage": {"zh": "管理", "en": "Manage"},
    "token_make": {"zh": "生成令牌", "en": "Make a token"},
    "token_about": {
        "zh": "供程序使用。不选用途时，可用于账号的全部权限。",
        "en": "For a program. With nothing ticked it is for all that the account may.",
    },
    "token_days": {"zh": "有效天数", "en": "Days"},
    "token_title": {"zh": "令牌", "en": "Your token"},
    "token_once": {
        "zh": "请立即复制，此页只显示一次。请求时携带 Authorization: Bearer 令牌。",
        "en": "Copy it now: it is shown only here. Send it as Authorization: Bearer TOKEN.",
    },
    "credentials": {"zh": "会话与令牌", "en": "Sessions and tokens"},
    "credential_session": {"zh": "浏览器会话", "en": "browser session"},
    "credential_wall": {"zh": "大屏", "en": "wall screen"},
    "wall_title": {"zh": "把这台设备用作大屏", "en": "Leave this screen on a wall"},
    "wall_about": {
        "zh": "本浏览器将退出当前会话，以只读方式打开实时看板，并保持登录 {days} 天；"
        "可随时在此页结束。大屏上只能查看，不能操作。",
        "en": "This browser's session ends, and the live board opens, signed in for {days} days:"
        " it only looks, whoever stands before it. It can be ended here at any time.",
    },
    "wall_make": {"zh": "用作大屏", "en": "Leave it on the wall"},
    "credential_bearer": {"zh": "令牌", "en": "token"},
    "credential_kind": {"zh": "类型", "en": "Kind"},
    "credential_name": {"zh": "名称", "en": "Name"},
    "credential_made": {"zh": "建立", "en": "Made"},
    "credential_until": {"zh": "有效至", "en": "Until"},
    "credential_for": {"zh": "用途", "en": "For"},
    "credential_for_all": {"zh": "账号的全部权限", "en": "all that the account may"},
    "credential_current": {"zh": "当前会话", "en": "this one"},
    "credential_end": {"zh": "结束", "en": "End it"},
}
