"""The tables as SQLAlchemy's declarative mapping.

Source: https://docs.sqlalchemy.org/en/21/orm/quickstart.html
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """The registry of both tables."""


class Kol(Base):
    """A key opinion leader."""

    __tablename__ = "kols"

    id: Mapped[int] = mapped_column(primary_key=True)
    twitter_handle: Mapped[str] = mapped_column(String(50), unique=True)
    is_vip: Mapped[bool] = mapped_column(default=False)
    last_checked_at: Mapped[datetime | None]
    tweets: Mapped[list["Tweet"]] = relationship(back_populates="kol")


class Tweet(Base):
    """What a KOL wrote."""

    __tablename__ = "tweets"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(280))
    kol_id: Mapped[int] = mapped_column(ForeignKey("kols.id"))
    kol: Mapped[Kol] = relationship(back_populates="tweets")


class Counter(Base):
    """A number that several workers add to."""

    __tablename__ = "counters"

    id: Mapped[int] = mapped_column(primary_key=True)
    tweets: Mapped[int]


class Profile(Base):
    """A text that several people edit; the mapper counts its versions.

    Source: https://docs.sqlalchemy.org/en/21/orm/versioning.html#simple-version-counting
    """

    __tablename__ = "profiles"

    id: Mapped[int] = mapped_column(primary_key=True)
    bio: Mapped[str] = mapped_column(String(280))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # as the documentation has it
