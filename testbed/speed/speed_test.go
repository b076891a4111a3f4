package main

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// The tests' program is a process of the limit, as the command is.
func TestMain(m *testing.M) {
	if role, args, ok := limitRole(os.Args[1:]); ok {
		if err := role(args); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// The limit is measured and its row written into a page.
func TestLimit(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("times of processes are read on Linux only")
	}
	page := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(page, []byte("before\n"+beginMark+"old\n"+endMark+"after\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	o := options{runs: 1, size: 4 << 20, folder: t.TempDir(), clients: []string{}, write: page}
	o.address = netip.MustParseAddr("127.0.0.1")
	if err := measureAll(t.Context(), &out, &errs, &o); err != nil {
		t.Fatal(err, errs.String())
	}
	text, err := os.ReadFile(page)
	if err != nil || !strings.HasPrefix(string(text), "before\n") || !strings.HasSuffix(string(text), "after\n") ||
		!strings.Contains(string(text), "\n| limit | 1 |") || strings.Contains(string(text), "old") {
		t.Errorf("%s, %v", text, err)
	}
}

func TestPageWithoutMarks(t *testing.T) {
	if _, err := replaceTable([]byte("text"), "table"); err == nil {
		t.Error("no error")
	}
}

func TestMedian(t *testing.T) {
	var results []result
	for _, n := range []time.Duration{5, 1, 9, 3} {
		results = append(results, result{seed: n * time.Second})
	}
	of := func(r *result) time.Duration { return r.seed }
	if m := medianOf(results, of); m != 4 {
		t.Errorf("the median of 1, 3, 5, 9 is %v", m)
	}
	if m := medianOf(results[:3], of); m != 5 {
		t.Errorf("the median of 1, 5, 9 is %v", m)
	}
}
