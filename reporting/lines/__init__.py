"""How many telephone lines the evening needs: Erlang B for blocked calls, a simulation for what really happens."""
