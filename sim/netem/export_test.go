package netem

import "swarmsim/sim/netem/stack"

// Stack returns what the host's transport works on.
func (h *Host) Stack() *stack.Stack { return &h.stack }
