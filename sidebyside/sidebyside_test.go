package main

import (
	"bytes"
	"regexp"
	"testing"
	"time"
)

var small = flags{peers: 2, seeds: 1, size: "1 MiB", piece: "64 KiB", up: "1 MB/s", down: "4 MB/s", latency: "25 ms"}

// The full client gets the content over the in-memory links - playFull compares
// every byte - in a time that the links explain: the seed's uplink has to carry
// it once at least, and with three that share it need not carry it twice; a
// second and a half is for handshakes and the end.
func TestTheFullClientDownloadsInVirtualTime(t *testing.T) {
	s, err := small.swarm("")
	if err != nil {
		t.Fatal(err)
	}
	r, err := playFull(s)
	if err != nil {
		t.Fatal(err)
	}
	once := time.Duration(s.size) * time.Second / time.Duration(s.seed.UpBytesPerSec)
	if r.mean < once || r.last > 2*once+1500*time.Millisecond {
		t.Errorf("completed after %v on average and %v at last; the seed takes %v to send the content once", r.mean, r.last, once)
	}
	if r.blocks != 2*64 {
		t.Errorf("%d blocks", r.blocks)
	}
}

// A store that lacks a byte is found out.
func TestContentIsCompared(t *testing.T) {
	c, err := newContent(100, 64)
	if err != nil {
		t.Fatal(err)
	}
	good, bad := &peer{store: c.empty()}, &peer{store: c.empty()}
	copy(good.store.data, c.data)
	copy(bad.store.data, c.data[:99])
	if err := intact([]*peer{good}, c); err != nil {
		t.Error(err)
	}
	if err := intact([]*peer{good, bad}, c); err == nil {
		t.Error("a byte that is missing was not noticed")
	}
}

// The command plays all subjects and prints a line for each that benchmark tools
// read.
func TestCommand(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(&out, &errs, []string{"--peers", "2", "--size", "1 MiB", "--piece", "64 KiB", "--seeds", "1", "--real"}); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	line := regexp.MustCompile(`(?m)^BenchmarkSideBySide/subject=[\w.-]+/peers=2 1 \d+ ns/op \d+ blocks/cpu-s [\d.]+ times-full-client [\d.]+ completion-mean-s [\d.]+ completion-last-s$`)
	if n := len(line.FindAllString(out.String(), -1)); n != 4 {
		t.Errorf("%d lines for benchmark tools in\n%s", n, out.String())
	}
}

func TestFlagsAreChecked(t *testing.T) {
	for _, args := range [][]string{{"--peers", "0"}, {"--size", "16"}, {"--up", "1 MB/s to 2 MB/s"}, {"--latency", "1 ms to 2 ms"}, {"50"}} {
		var out, errs bytes.Buffer
		if code := run(&out, &errs, args); code != 2 || errs.Len() == 0 {
			t.Errorf("%v: exit %d, %q", args, code, errs.String())
		}
	}
}
