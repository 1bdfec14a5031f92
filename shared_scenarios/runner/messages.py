"""What the parent process, the stem, nests and workers say to each other: requests to what forks, and a worker's
messages, one JSON object per line.
"""

import msgspec

from shared_scenarios.cell import Cell
from shared_scenarios.targets.address import Database


class Job(msgspec.Struct, tag="job"):
    """Work for one worker: these cases, by this implementation, on this database."""

    reference: str
    implementation: str
    database: Database
    folder: str
    cases: list[str]
    timeout: float


class Build(msgspec.Struct, tag="build"):
    """Have a nest that imports these modules."""

    modules: list[str]


class Bury(msgspec.Struct, tag="bury"):
    """Wait for a process that was forked, and tell its exit status."""

    process: int


class Hatched(msgspec.Struct, tag="hatched", tag_field="record"):
    """The worker has come into the world: this is its number."""

    process: int


class Begun(msgspec.Struct, tag="begun", tag_field="record"):
    """The worker begins this case."""

    case: str


class Refused(msgspec.Struct, tag="refused", tag_field="record"):
    """The worker cannot start, for a reason that a user can mend."""

    message: str
    hint: str


HEAD = 4  # bytes that tell the length of a request, and a nest's number
Message = Hatched | Begun | Refused | Cell
encode = msgspec.json.Encoder().encode
decode_message = msgspec.json.Decoder(Message).decode
decode_request = msgspec.json.Decoder(Build | Job | Bury).decode
