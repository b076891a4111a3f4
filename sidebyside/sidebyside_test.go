package main

import (
	"bytes"
	"regexp"
	"testing"
	"time"
)

var small = flags{peers: 2, seeds: 1, size: "1 MiB", piece: "64 KiB", up: "1 MB/s", down: "4 MB/s", latency: "25 ms"}

// The full client downloads the content over the in-memory links (playFull compares every byte) in a
// plausible time: the seed's uplink has to carry the content at least once, and need not carry it
// twice, because the leechers share it. The remaining 1.5 s are for handshakes and the end game.
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
		t.Errorf("mean completion %v, last %v; the seed needs %v to send the content once", r.mean, r.last, once)
	}
	if r.blocks != 2*64 {
		t.Errorf("%d blocks, want %d", r.blocks, 2*64)
	}
}

// A store that lacks a byte is detected.
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
		t.Error("a missing byte was not detected")
	}
}

// The command runs all subjects and prints a line in benchmark format for each.
func TestCommand(t *testing.T) {
	var out, errs bytes.Buffer
	args := []string{"--peers", "2", "--size", "1 MiB", "--piece", "64 KiB", "--seeds", "1", "--real"}
	if code := run(&out, &errs, args); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	line := regexp.MustCompile(`(?m)^BenchmarkSideBySide/subject=[\w.-]+/peers=2 1 \d+ ns/op \d+ blocks/cpu-s ` +
		`[\d.]+ times-full-client [\d.]+ completion-mean-s [\d.]+ completion-last-s$`)
	if n := len(line.FindAllString(out.String(), -1)); n != 4 {
		t.Errorf("%d lines in benchmark format, want 4, in\n%s", n, out.String())
	}
}

func TestFlagsAreChecked(t *testing.T) {
	for _, args := range [][]string{
		{"--peers", "0"},
		{"--size", "16"},
		{"--up", "1 MB/s to 2 MB/s"},
		{"--latency", "1 ms to 2 ms"},
		{"50"},
	} {
		var out, errs bytes.Buffer
		if code := run(&out, &errs, args); code != 2 || errs.Len() == 0 {
			t.Errorf("%v: exit %d, %q", args, code, errs.String())
		}
	}
}
