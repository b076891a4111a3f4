//go:build !linux

package usage

import "time"

// ThreadCPU is the CPU time of the calling thread, which is not read on this system.
func ThreadCPU() (time.Duration, bool) { return 0, false }

// Instructions counts the instructions that a thread executes, which is not possible on this system.
type Instructions struct{}

// CountInstructions returns nil: there is no count.
func CountInstructions() *Instructions { return nil }

// Read returns 0.
func (*Instructions) Read() uint64 { return 0 }

// Close does nothing.
func (*Instructions) Close() {}
