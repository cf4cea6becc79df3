"""Kinds of tables and columns."""

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Enum,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Uuid,
)
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
        "uq": "%(table_name)s_%(column_0_N_name)s_uq",
        "ck": "%(table_name)s_%(constraint_name)s_ck",
    }
)


def owned(name: str, *items: SchemaItem, key: tuple[str, ...] = ("id",)) -> Table:
    """A table of a partner's rows; its primary key is (partner_id, *key)."""
    own_id = [Column("id", Uuid, nullable=False)] if key == ("id",) else []
    return Table(
        name,
        metadata,
        Column("partner_id", Uuid, nullable=False),
        *own_id,
        *items,
        PrimaryKeyConstraint("partner_id", *key),
        ForeignKeyConstraint(["partner_id"], ["partner.id"]),
    )


def ref(column: str, table: str, *, nullable: bool = False) -> list[SchemaItem]:
    """A column that points to another row of the same partner."""
    return [
        Column(column, Uuid, nullable=nullable),
        ForeignKeyConstraint(["partner_id", column], [f"{table}.partner_id", f"{table}.id"]),
    ]


def choice(name: str, of: type[StrEnum], *, nullable: bool = False) -> Column[Any]:
    """A StrEnum in Python; text in PostgreSQL, which checks that it is one of the names."""
    kind = Enum(of, native_enum=False, create_constraint=True, length=30, name=name)
    return Column(name, kind, nullable=nullable)


def instant(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def day_of_month(name: str) -> list[SchemaItem]:
    return [
        Column(name, SmallInteger, nullable=False),
        CheckConstraint(f"{name} BETWEEN 1 AND 31", name=name),
    ]
