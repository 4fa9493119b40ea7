"""Made-up Chinese place names with their English. Any likeness to a real place is chance."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.object_]

CITY: Final = ("云梧市", "Yunwu City")
RIVER: Final = ("云江", "Yun River")
_DISTRICTS: Final = (
    "云汀 Yunting,锦岚 Jinlan,望梧 Wangwu,清屿 Qingyu,梧川 Wuchuan,松澜 Songlan,禾汀 Heting,"
    "沁河 Qinhe,鹭洲 Luzhou,榆岚 Yulan,枫屿 Fengyu,澄川 Chengchuan,棠汀 Tangting,岚桥 Lanqiao,"
    "芷溪 Zhixi,蓼川 Liaochuan,芸台 Yuntai,杉屿 Shanyu,泊云 Boyun,砚溪 Yanxi,桐岚 Tonglan,"
    "苇塘 Weitang,雁汀 Yanting"
)
_FIRST: Final = (
    "青 Qing,云 Yun,金 Jin,玉 Yu,清 Qing,文 Wen,德 De,永 Yong,安 An,和 He,春 Chun,秋 Qiu,松 Song,"
    "竹 Zhu,梅 Mei,兰 Lan,石 Shi,望 Wang,临 Lin,景 Jing,锦 Jin,晓 Xiao,凤 Feng,宝 Bao,柳 Liu,"
    "桐 Tong,芳 Fang,翠 Cui,星 Xing,明 Ming,瑞 Rui,嘉 Jia"
)
_SECOND: Final = (
    "溪 xi,湖 hu,林 lin,园 yuan,桥 qiao,河 he,塘 tang,桂 gui,泉 quan,江 jiang,岭 ling,台 tai,"
    "苑 yuan,坪 ping,洲 zhou,庄 zhuang,浦 pu,亭 ting,堤 di,井 jing,渡 du,屏 ping,川 chuan,澜 lan,"
    "月 yue,霞 xia"
)
ESTATE_SUFFIXES: Final = {
    "resold": "新村 New Village,一村 First Village,二村 Second Village,大院 Court",
    "commodity": "花园 Garden,雅苑 Residence,名邸 Mansion,佳园 Homes,华庭 Heights",
    "international": "国际公寓 International Apartments,国际花园 International Garden",
    "heritage": "里 Lane,坊 Alley,别墅 Villas",
    "resettlement": "家园 Homestead,新苑 New Court,小区 Estate",
}


def listed(text: str) -> tuple[Texts, Texts]:
    """Split "中文 English,中文 English" into the Chinese and the English words."""
    words = [word.partition(" ") for word in text.split(",")]
    return (
        np.array([chinese for chinese, _, _ in words], dtype=object),
        np.array([english for _, _, english in words], dtype=object),
    )


def district_words(count: int) -> tuple[Texts, Texts]:
    """Names of the first districts, without their kind."""
    chinese, english = listed(_DISTRICTS)
    return chinese[:count], english[:count]


def words(count: int, rng: np.random.Generator) -> tuple[Texts, Texts]:
    """Draw names of two characters, all different as long as there are enough (832)."""
    first, first_en = listed(_FIRST)
    second, second_en = listed(_SECOND)
    chosen = np.resize(rng.permutation(len(first) * len(second)), count)
    left, right = np.divmod(chosen, len(second))
    return first[left] + second[right], first_en[left] + second_en[right]
