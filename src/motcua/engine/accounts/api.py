"""The door of accounts."""

from motcua.engine.accounts.demo import DemoAccount, demo_accounts, provide_demo_accounts
from motcua.engine.accounts.events import subject_of
from motcua.engine.accounts.models import User

__all__ = ["DemoAccount", "User", "demo_accounts", "provide_demo_accounts", "subject_of"]
