"""What a disk refuses, in the words of those who use it.

Which of these becomes a refusal, and what to do about it, is said where the file is read or written.
"""

import errno
import os

_REASONS = {
    errno.ENOENT: "不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EFBIG: "超过了允许的文件大小",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
    errno.EISDIR: "它是文件夹，不是文件",
    errno.EEXIST: "已有同名的文件",
    errno.ENAMETOOLONG: "名称太长",
    errno.EBUSY: "正在被使用",
    errno.EIO: "磁盘读写出错",
}


def reason(error: OSError) -> str:
    """Say why the system refused; what is rare keeps the system's own word, and whoever said more is heard."""
    if error.errno and error.strerror != os.strerror(error.errno):
        return error.strerror or type(error).__name__
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
