"""The door of registers: take the next number, withdraw one, look into a series."""

from motcua.engine.registers.data import Number, Register, Series, declare_register, declared_registers
from motcua.engine.registers.errors import RegisterRefused
from motcua.engine.registers.giving import take_number, take_number_cte
from motcua.engine.registers.models import RegisteredNumber
from motcua.engine.registers.operations import withdraw_number
from motcua.engine.registers.queries import gaps, last_number, numbers_of

__all__ = [
    "Number",
    "Register",
    "RegisterRefused",
    "RegisteredNumber",
    "Series",
    "declare_register",
    "declared_registers",
    "gaps",
    "last_number",
    "numbers_of",
    "take_number",
    "take_number_cte",
    "withdraw_number",
]
