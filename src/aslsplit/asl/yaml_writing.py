"""stub"""

from aslsplit.asl.extents import Json
from aslsplit.asl.origins import Origins
from aslsplit.asl.source import Source


def write_yaml(value: Json, origins: Origins, like: Source) -> str:
    raise NotImplementedError
