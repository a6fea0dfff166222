"""Taking rotas over: uploads that wait, answers, storing, and the sessions that an import affects."""
