"""What is done about money: charges, orders, receipts, refunds, days of partners, online payment of procedures."""
