"""Employers with invented names and valid credit codes; the licences of a few do not match them."""

# ruff: noqa: E501 - tables read better in long lines

from datetime import date
from random import Random

import msgspec
from stdnum.cn import uscc

EMPLOYERS = 260
SMALL_OR_MEDIUM_SHARE = 0.7
MISNAMED, EXPIRED = 3, 2

_CITIES = (("江城", "Jiangcheng"), ("云州", "Yunzhou"), ("澜港", "Langang"), ("青屿", "Qingyu"), ("松岭", "Songling"),
           ("锦泽", "Jinze"), ("临渡", "Lindu"), ("望川", "Wangchuan"))  # fmt: skip
_WORDS = (
    ("云岫", "Yunxiu"), ("澄川", "Chengchuan"), ("启岚", "Qilan"), ("砺石", "Lishi"), ("泊远", "Boyuan"), ("星渡", "Xingdu"),
    ("禾映", "Heying"), ("昭宁", "Zhaoning"), ("翎飞", "Lingfei"), ("屿光", "Yuguang"), ("沐辰", "Muchen"), ("闻溪", "Wenxi"),
    ("拓谷", "Tuogu"), ("临野", "Linye"), ("知衡", "Zhiheng"), ("融川", "Rongchuan"), ("岑峰", "Cenfeng"), ("帆序", "Fanxu"),
    ("棠越", "Tangyue"), ("钧陶", "Juntao"), ("洛禾", "Luohe"), ("旷宇", "Kuangyu"), ("衍方", "Yanfang"), ("榕济", "Rongji"),
    ("青垣", "Qingyuan"), ("曜石", "Yaoshi"), ("循光", "Xunguang"), ("立澜", "Lilan"), ("瑾和", "Jinhe"), ("沃麓", "Wolu"),
    ("镜湖", "Jinghu"), ("枫桓", "Fenghuan"), ("瀚序", "Hanxu"), ("晏平", "Yanping"), ("朗驰", "Langchi"), ("泽霖", "Zelin"),
    ("弘砚", "Hongyan"), ("嘉屹", "Jiayi"), ("铭汐", "Mingxi"), ("锐聿", "Ruiyu"),
)  # fmt: skip


class Trade(msgspec.Struct, frozen=True):
    """What employers of one sort are called, their industry, the departments they recruit from, and their posts."""

    zh: str
    en: str
    industry: str
    departments: tuple[str, ...]
    posts: tuple[str, ...]
    property: str = ""


TRADES = (
    Trade("信息技术有限公司", "Information Technology", "信息传输、软件和信息技术服务业", ("CS", "EI", "MA"),
          ("软件工程师", "测试工程师", "前端工程师", "数据分析师", "产品经理")),
    Trade("智能装备有限公司", "Smart Equipment", "制造业", ("ME", "EA", "EI", "MS"),
          ("机械工程师", "电气工程师", "工艺工程师", "质量工程师")),
    Trade("电力工程有限公司", "Power Engineering", "电力、热力、燃气及水生产和供应业", ("EA", "WR", "EV"),
          ("电气工程师", "运行值班员", "项目管理员")),
    Trade("建设集团有限公司", "Construction Group", "建筑业", ("CE", "WR", "TR", "MG"),
          ("施工员", "造价工程师", "安全工程师", "资料员")),
    Trade("勘测设计院有限公司", "Survey and Design", "科学研究和技术服务业", ("SG", "WR", "CE", "TR"),
          ("测绘工程师", "设计助理", "地理信息工程师")),
    Trade("新材料股份有限公司", "New Materials", "制造业", ("MS", "CH", "PH"), ("研发工程师", "工艺员", "检测员")),
    Trade("生物医药有限公司", "Biopharma", "制造业", ("BI", "CH", "MD"), ("研究助理", "质检员", "临床监查员")),
    Trade("环保科技有限公司", "Environmental Technology", "水利、环境和公共设施管理业", ("EV", "CH", "WR"),
          ("环保工程师", "监测员", "项目助理")),
    Trade("证券服务有限公司", "Securities Services", "金融业", ("EC", "MG", "MA"), ("客户经理", "研究助理", "风控专员")),
    Trade("供应链管理有限公司", "Supply Chain", "交通运输、仓储和邮政业", ("MG", "TR", "EC"), ("物流专员", "仓储主管", "采购专员")),
    Trade("文化传媒有限公司", "Culture and Media", "文化、体育和娱乐业", ("LT", "FL"), ("编辑", "文案策划", "新媒体运营")),
    Trade("教育科技有限公司", "Education Technology", "教育", ("LT", "FL", "MA", "PH"), ("教研员", "讲师", "课程顾问")),
    Trade("商贸有限公司", "Trading", "批发和零售业", ("EC", "MG", "FL"), ("外贸专员", "管培生", "门店主管")),
    Trade("律师事务所", "Law Firm", "租赁和商务服务业", ("LA",), ("律师助理", "法务专员")),
    Trade("实验中学", "Experimental School", "教育", ("LT", "FL", "MA", "PH", "CH"),
          ("语文教师", "数学教师", "英语教师", "物理教师"), "事业单位"),
    Trade("中心医院", "Central Hospital", "卫生和社会工作", ("MD", "BI"), ("住院医师", "护士", "药师"), "事业单位"),
)  # fmt: skip
_LOOKS_LIKE = {
    "川": "州",
    "石": "右",
    "禾": "木",
    "光": "兄",
    "和": "合",
    "方": "万",
    "平": "乎",
    "泽": "译",
    "宁": "宇",
}


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """A row of employers.csv, with the trade that it was made from."""

    name: str
    name_en: str
    code: str
    size: str
    property: str
    trade: Trade
    city: str
    city_en: str
    licence_name: str
    valid_until: date | None


def list_companies(rng: Random) -> list[Company]:
    """List every employer; the first few have a licence that a reviewer must not accept."""
    names = [(city, word, trade) for city in _CITIES for word in _WORDS for trade in TRADES]
    rng.shuffle(names)
    names.sort(key=lambda name: not set(name[1][0]) & set(_LOOKS_LIKE))  # the misnamed ones come first
    chosen = names[:MISNAMED] + rng.sample(names[MISNAMED:], EMPLOYERS - MISNAMED)
    small = round(EMPLOYERS * SMALL_OR_MEDIUM_SHARE)
    sizes = [("微型企业", "小型企业", "小型企业", "中型企业", "中型企业")[index % 5] for index in range(small)]
    sizes += ["大型企业"] * (EMPLOYERS - small)
    rng.shuffle(sizes)
    codes: set[str] = set()
    return [
        _company(rng, number, *name, size, codes) for number, (name, size) in enumerate(zip(chosen, sizes, strict=True))
    ]


def _company(
    rng: Random, number: int, city: tuple[str, str], word: tuple[str, str], trade: Trade, size: str, codes: set[str]
) -> Company:
    name = f"{city[0]}{word[0]}{trade.zh}"
    kind = "institution" if trade.property else "company"
    licence_name, valid_until = name, rng.choice((None, None, date(2033, 6, 30), date(2041, 12, 31)))
    if number < MISNAMED:
        character = next(character for character in word[0] if character in _LOOKS_LIKE)
        licence_name = name.replace(word[0], word[0].replace(character, _LOOKS_LIKE[character]), 1)
    elif number < MISNAMED + EXPIRED:
        valid_until = date(2022, 12, 31)
    return Company(
        name=name,
        name_en=f"{city[1]} {word[1]} {trade.en}" + ("" if kind == "institution" else " Co., Ltd."),
        code=_credit_code(rng, "12" if kind == "institution" else "91", codes),
        size=size,
        property=trade.property or _property(rng, size),
        trade=trade,
        city=city[0],
        city_en=city[1],
        licence_name=licence_name,
        valid_until=valid_until,
    )


def _property(rng: Random, size: str) -> str:
    if size == "大型企业":
        return rng.choice(("国有企业", "国有企业", "民营企业", "外商投资企业"))
    return rng.choice(("民营企业", "民营企业", "民营企业", "民营企业", "国有企业", "外商投资企业", "其他"))


def _credit_code(rng: Random, prefix: str, taken: set[str]) -> str:
    """Give a code by GB 32100-2015 of a region that does not exist (429900)."""
    while True:
        stem = f"{prefix}429900" + "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(9))
        code = stem + uscc.calc_check_digit(stem)
        if code not in taken and uscc.is_valid(code):
            taken.add(code)
            return code
