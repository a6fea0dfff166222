"""The coordinator's desk: what needs her, what lies ahead, what waits for others; and telling her by e-mail."""
