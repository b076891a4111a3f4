package live

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// hashSet is a set of info hashes.
type hashSet map[[20]byte]struct{}

// list is a file of info hashes, one a line, which is read again when it changes.
type list struct {
	file     string
	set      atomic.Pointer[hashSet]
	size     int64
	modified time.Time
}

// newList reads a list. Without a file it returns nil.
func newList(file string) (*list, error) {
	if file == "" {
		return nil, nil
	}
	l := &list{file: file}
	return l, l.read()
}

// has reports whether an info hash is in the list.
func (l *list) has(infoHash [20]byte) bool {
	_, ok := (*l.set.Load())[infoHash]
	return ok
}

// read reads the file. After an error the list is what it was.
func (l *list) read() error {
	state, err := os.Stat(l.file)
	if err != nil {
		return fmt.Errorf("reading a list of info hashes: %w", err)
	}
	l.size, l.modified = state.Size(), state.ModTime()
	data, err := os.ReadFile(l.file)
	if err != nil {
		return fmt.Errorf("reading a list of info hashes: %w", err)
	}
	set, err := parseHashes(data)
	if err != nil {
		return fmt.Errorf("%s:%w", l.file, err)
	}
	l.set.Store(&set)
	return nil
}

// readIfChanged reads the file if its size or time has changed. A file that is missing for a moment,
// while it is replaced, is read later.
func (l *list) readIfChanged() (changed bool, err error) {
	state, err := os.Stat(l.file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && state.Size() == l.size && state.ModTime().Equal(l.modified) {
		return false, nil
	}
	return true, l.read()
}

// parseHashes parses lines with an info hash each: 40 hexadecimal digits, or the 64 of a v2 torrent,
// of which trackers use the first 40 (BEP 52). Empty lines and text after # are skipped. Errors
// begin with the number of the line.
func parseHashes(data []byte) (hashSet, error) {
	set := hashSet{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		hash, err := hex.DecodeString(text)
		if err != nil || len(hash) != 20 && len(hash) != 32 {
			return nil, fmt.Errorf("%d: %.80q is not an info hash: 40 hexadecimal digits, or 64 for v2", n, text)
		}
		set[[20]byte(hash)] = struct{}{}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf(" a line is too long: %w", err)
	}
	return set, nil
}
