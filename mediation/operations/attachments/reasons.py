"""Why a file is not taken, said to whoever brought it."""

from typing import Final

from mediation.language import Message

EMPTY: Final = Message("请选有内容的文件")
BROKEN: Final = Message("内容不完整，打不开，请重新保存后再选")
ENCRYPTED: Final = Message("设了密码或者限制，请去掉，或者打印成新的 PDF 再选")
MACROS: Final = Message("带有宏（会自动运行的程序），请另存为不带宏的文件再选")
NESTED: Final = Message("里面夹带别的文件，请拿出来分别选")
ACTIVE: Final = Message("带有脚本、启动程序的动作或者夹带的文件，请打印成新的 PDF 再选")
ASTRAY: Final = Message("里面有的文件名会写到别处去")
SWOLLEN: Final = Message("解开后太大，请缩小里面的图片再选")
CROWDED: Final = Message("里面的文件太多，请分成几份再选")
