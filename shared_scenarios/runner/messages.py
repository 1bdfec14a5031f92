"""What the parent process and a worker say to each other: one JSON object per line."""

import msgspec

from shared_scenarios.cell import Cell
from shared_scenarios.targets.address import Database


class Job(msgspec.Struct):
    """Work for one worker: these cases, by this implementation, on this database."""

    reference: str
    implementation: str
    database: Database
    folder: str
    cases: list[str]
    timeout: float


class Begun(msgspec.Struct, tag="begun", tag_field="record"):
    """The worker begins this case."""

    case: str


class Refused(msgspec.Struct, tag="refused", tag_field="record"):
    """The worker cannot start, for a reason that a user can mend."""

    message: str
    hint: str


Message = Begun | Refused | Cell
encode = msgspec.json.Encoder().encode
decode_message = msgspec.json.Decoder(Message).decode
decode_job = msgspec.json.Decoder(Job).decode
