package driver

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"strings"
)

// maxLine bounds a line of a client's output: the bitfield of 4 million pieces in base64 fits.
const maxLine = 1 << 20

// readLines calls f for each line that looks like a JSON object and appends all others to the
// log.
func readLines(from io.Reader, log string, f func(line []byte)) {
	r := bufio.NewReaderSize(from, maxLine)
	for {
		line, err := r.ReadSlice('\n')
		switch {
		case len(line) > 0 && line[0] == '{' && err == nil:
			f(line)
		case len(line) > 0:
			appendLog(log, line)
		}
		if err != nil && err != bufio.ErrBufferFull { //nolint:errorlint // ReadSlice returns it as it is
			return
		}
	}
}

func appendLog(path string, line []byte) {
	if f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0); err == nil {
		f.Write(line) // what is lost of a log is lost
		f.Close()
	}
}

// parseLine parses a report in the form of Progress's JSON, which the embedded scripts print.
func parseLine(line []byte) (Progress, bool) {
	var p Progress
	if err := json.Unmarshal(line, &p); err != nil || p.Have < 0 || p.Size < 0 || p.Uploaded < 0 || p.Downloaded < 0 {
		return Progress{}, false
	}
	return p, true
}

// tailLength bounds how much of a log an error repeats.
const tailLength = 600

// tail returns the end of a log, for an error message.
func tail(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && st.Size() > tailLength {
		f.Seek(-tailLength, io.SeekEnd)
	}
	text, _ := io.ReadAll(io.LimitReader(f, tailLength))
	if s := strings.TrimSpace(string(text)); s != "" {
		return "; its log " + path + " ends with: " + s
	}
	return ""
}
