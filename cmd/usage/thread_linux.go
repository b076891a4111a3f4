package usage

import (
	"encoding/binary"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ThreadCPU is the CPU time of the calling thread in user and system mode; false if the system does
// not provide it.
func ThreadCPU() (time.Duration, bool) {
	var t unix.Timespec // getrusage counts in ticks on some systems
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		return 0, false
	}
	return time.Duration(t.Nano()), true
}

// Instructions counts the instructions that a thread executes in user mode.
type Instructions struct{ fd int }

// CountInstructions begins to count the instructions of the calling thread. It returns nil where the
// kernel does not let this process count them, or the processor cannot.
func CountInstructions() *Instructions {
	attr := unix.PerfEventAttr{
		Type:   unix.PERF_TYPE_HARDWARE,
		Size:   uint32(unsafe.Sizeof(unix.PerfEventAttr{})),
		Config: unix.PERF_COUNT_HW_INSTRUCTIONS,
		Bits:   unix.PerfBitExcludeKernel | unix.PerfBitExcludeHv,
	}
	fd, err := unix.PerfEventOpen(&attr, 0, -1, -1, unix.PERF_FLAG_FD_CLOEXEC)
	if err != nil {
		return nil
	}
	return &Instructions{fd}
}

// Read returns the number of instructions so far; 0 if it is not known. i may be nil.
func (i *Instructions) Read() uint64 {
	var count [8]byte
	if i == nil {
		return 0
	}
	if n, err := unix.Read(i.fd, count[:]); err != nil || n != len(count) {
		return 0
	}
	return binary.NativeEndian.Uint64(count[:])
}

// Close ends the count. i may be nil.
func (i *Instructions) Close() {
	if i != nil {
		unix.Close(i.fd)
	}
}
