package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"swarmsim/bench"
	"swarmsim/sim/scenario"
)

// errTooLong ends a program that writes more than it may.
var errTooLong = errors.New("writes too much")

// killDelay is how long the pipes of a program that was ended stay open for its children.
const killDelay = 2 * time.Second

// execute is a bench.Exec: it starts another program for one request.
func execute(ctx context.Context, c bench.Command, request []byte) ([]byte, error) {
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	limited, stop := context.WithTimeoutCause(inner, c.Timeout, context.DeadlineExceeded)
	defer stop()
	path, err := commandPath(c.Dir, c.Words[0])
	if err != nil {
		return nil, fmt.Errorf("cannot be started: %w", err)
	}
	cmd := exec.CommandContext(limited, path, c.Words[1:]...)
	out := &limitedBuffer{limit: c.MaxSize, over: func() { cancel(errTooLong) }}
	said := &tail{}
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = c.Dir, bytes.NewReader(request), out, said, killDelay
	endWithChildren(cmd)
	err = cmd.Run()
	switch cause := context.Cause(limited); {
	case errors.Is(cause, errTooLong):
		return nil, fmt.Errorf("writes more than %d bytes, and was ended%s", c.MaxSize, said)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(cause, context.DeadlineExceeded):
		return nil, fmt.Errorf("has not answered within %v, and was ended%s", c.Timeout, said)
	case err != nil:
		return nil, fmt.Errorf("failed: %w%s", err, said)
	}
	return out.buffer.Bytes(), nil
}

// commandPath returns the path of a program: one that is named with a folder is looked up from dir.
func commandPath(dir, word string) (string, error) {
	if strings.ContainsAny(word, `/\`) {
		if !filepath.IsAbs(word) {
			word = filepath.Join(dir, word)
		}
		return word, nil
	}
	return exec.LookPath(word)
}

// commandDigest identifies the files of a command: the program, and the arguments that are files.
func commandDigest(dir string, words []string) (string, error) {
	path, err := commandPath(dir, words[0])
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for i, word := range append([]string{path}, words[1:]...) {
		if !filepath.IsAbs(word) {
			word = filepath.Join(dir, word)
		}
		if st, err := os.Stat(word); i > 0 && (err != nil || !st.Mode().IsRegular()) {
			continue
		}
		f, err := os.Open(word)
		if err != nil {
			return "", err
		}
		_, err = io.Copy(h, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// limitedBuffer keeps up to limit bytes. It calls over, once, when there are more. The buffer is not
// embedded: its ReadFrom has no limit.
type limitedBuffer struct {
	buffer bytes.Buffer
	limit  int
	over   func()
	full   bool
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if b.buffer.Len()+len(p) <= b.limit {
		return b.buffer.Write(p)
	}
	if !b.full {
		b.full = true
		b.over()
	}
	return len(p), nil
}

// maxTail bounds how much of a program's standard error a message repeats.
const maxTail = 600

// tail keeps the end of what is written.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	if n := len(t.text) - maxTail; n > 0 {
		t.text = append(t.text[:0], t.text[n:]...)
	}
	return len(p), nil
}

// String returns the end of the text for a message.
func (t *tail) String() string {
	text := strings.TrimSpace(strings.ToValidUTF8(string(t.text), ""))
	if text == "" {
		return ""
	}
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, "  "+scenario.Printable(strings.TrimRight(line, "\r\n")))
	}
	return "; its standard error ends with\n" + strings.Join(lines, "\n")
}
