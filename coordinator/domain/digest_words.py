"""A digest as 32 characters that can be read out and compared by eye: one common character for each byte.

The 256 characters differ in sound, tones aside, so that what is read aloud is not mistaken. They only show a digest;
what counts is its hexadecimal form.
"""

SOUNDS = """
爱ai 安an 八ba 白bai 帮bang 宝bao 北bei 本ben 笔bi 边bian 表biao 宾bin 冰bing 布bu 菜cai 仓cang 草cao 茶cha 产chan
常chang 潮chao 车che 晨chen 城cheng 初chu 船chuan 窗chuang 吹chui 春chun 词ci 村cun 带dai 丹dan 党dang 道dao 德de
灯deng 笛di 电dian 东dong 豆dou 渡du 端duan 队dui 多duo 鹅e 二er 法fa 帆fan 飞fei 粉fen 风feng 福fu 改gai 钢gang 高gao
歌ge 根gen 耕geng 工gong 狗gou 瓜gua 关guan 光guang 果guo 海hai 寒han 航hang 好hao 河he 黑hei 恒heng 红hong 猴hou 湖hu
花hua 欢huan 黄huang 灰hui 火huo 鸡ji 家jia 剑jian 江jiang 街jie 金jin 井jing 九jiu 菊ju 军jun 开kai 刊kan 康kang 考kao
科ke 孔kong 口kou 库ku 快kuai 宽kuan 矿kuang 辣la 来lai 蓝lan 浪lang 老lao 雷lei 李li 莲lian 梁liang 辽liao 林lin
铃ling 柳liu 龙long 楼lou 路lu 轮lun 罗luo 绿lv 马ma 麦mai 满man 忙mang 梅mei 门men 梦meng 米mi 棉mian 苗miao 民min
明ming 木mu 奶nai 南nan 脑nao 年nian 娘niang 鸟niao 牛niu 农nong 藕ou 牌pai 盘pan 陪pei 盆pen 朋peng 皮pi 飘piao 品pin
平ping 坡po 七qi 千qian 墙qiang 桥qiao 琴qin 青qing 秋qiu 泉quan 群qun 热re 人ren 日ri 软ruan 瑞rui 润run 赛sai 三san
桑sang 扫sao 森sen 晒shai 山shan 商shang 深shen 生sheng 石shi 手shou 书shu 双shuang 水shui 顺shun 四si 松song 苏su
蒜suan 岁sui 孙sun 锁suo 塔ta 糖tang 桃tao 特te 藤teng 梯ti 天tian 条tiao 铁tie 亭ting 铜tong 头tou 土tu 推tui 驼tuo
瓦wa 外wai 湾wan 文wen 雾wu 西xi 夏xia 仙xian 香xiang 小xiao 心xin 星xing 熊xiong 秀xiu 玄xuan 雪xue 鸭ya 岩yan 羊yang
腰yao 衣yi 银yin 鹰ying 勇yong 友you 鱼yu 园yuan 月yue 云yun 赞zan 早zao 泽ze 站zhan 张zhang 照zhao 哲zhe 针zhen
正zheng 纸zhi 钟zhong 舟zhou 竹zhu 砖zhuan 准zhun 桌zhuo 紫zi 宗zong 走zou 嘴zui 尊zun 左zuo
"""
CHARACTERS = tuple(pair[0] for pair in SOUNDS.split())
_GROUP = 4


def in_characters(digest: str) -> tuple[str, ...]:
    """Write a digest of 64 hexadecimal digits as eight groups of four characters."""
    characters = "".join(CHARACTERS[byte] for byte in bytes.fromhex(digest))
    return tuple(characters[at : at + _GROUP] for at in range(0, len(characters), _GROUP))
