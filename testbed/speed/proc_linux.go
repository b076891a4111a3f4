package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// storedBytes returns how much of a file is on disk: a file may have its length before its content.
func storedBytes(info fs.FileInfo) int64 {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0
	}
	return st.Blocks * 512
}

// ticksPerSec is the unit of times in /proc: USER_HZ, which is 100 on all of Go's platforms.
const ticksPerSec = 100

// cpuTime returns the processor time of all threads of a process, user and system (proc(5), stat).
func cpuTime(pid int) (time.Duration, error) {
	path := fmt.Sprintf("/proc/%d/stat", pid)
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ") // after the name, which may have spaces
	fields := strings.Fields(rest)
	const utime, stime = 14 - 3, 15 - 3 // rest begins with field 3
	if len(fields) <= stime {
		return 0, fmt.Errorf("%s is not understood", path)
	}
	user, err1 := strconv.ParseInt(fields[utime], 10, 64)
	system, err2 := strconv.ParseInt(fields[stime], 10, 64)
	return time.Duration(user+system) * time.Second / ticksPerSec, errors.Join(err1, err2)
}
