"""Fees due, orders, receipts, refunds, reconciliation."""
