package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// result is one measurement.
type result struct {
	fromStart time.Duration // of the leecher
	fromFirst time.Duration // since 1 MiB was there
	seed      time.Duration // processor time since then
	leecher   time.Duration
}

func (r *result) String() string {
	return fmt.Sprintf("%.2f s, %.2f s from the first MiB, %.2f + %.2f CPU-s",
		r.fromStart.Seconds(), r.fromFirst.Seconds(), r.seed.Seconds(), r.leecher.Seconds())
}

// process is a running client.
type process struct {
	pid    int
	done   <-chan struct{} // closed when the content is complete and verified
	exited <-chan struct{}
	err    func() error // why it exited
	stop   func(context.Context)
}

// await waits for a channel, unless the process ends before.
func await(ctx context.Context, p process, c <-chan struct{}) error {
	select {
	case <-c:
		return nil
	case <-p.exited:
		return errors.Join(errors.New("the process has ended"), p.err())
	case <-ctx.Done():
		return errors.New("it takes too long")
	}
}

// firstBytes is how much of the copy is there when the transfer has begun.
const firstBytes = 1 << 20

// watch measures a download into a folder that began at the given time.
func watch(ctx context.Context, began time.Time, folder string, seed, leecher process) (result, error) {
	first := make(chan error, 1)
	go func() { first <- awaitBytes(ctx, folder) }()
	select {
	case err := <-first:
		if err != nil {
			return result{}, err
		}
	case <-leecher.exited:
		return result{}, errors.Join(errors.New("the leecher has ended"), leecher.err())
	}
	begun := time.Now()
	seedBefore, err1 := cpuTime(seed.pid)
	leecherBefore, err2 := cpuTime(leecher.pid)
	if err := errors.Join(err1, err2, await(ctx, leecher, leecher.done)); err != nil {
		return result{}, err
	}
	now := time.Now()
	seedAfter, err1 := cpuTime(seed.pid)
	leecherAfter, err2 := cpuTime(leecher.pid)
	return result{
		fromStart: now.Sub(began), fromFirst: now.Sub(begun),
		seed: seedAfter - seedBefore, leecher: leecherAfter - leecherBefore,
	}, errors.Join(err1, err2)
}

// awaitBytes waits until the files in a folder have firstBytes on disk. Some clients give a file its
// name only when it is complete.
func awaitBytes(ctx context.Context, folder string) error {
	for ctx.Err() == nil {
		total := int64(0)
		entries, _ := os.ReadDir(folder) // it may be there later
		for _, e := range entries {
			if info, err := e.Info(); err == nil {
				total += storedBytes(info)
			}
		}
		if total >= firstBytes {
			return nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	return ctx.Err()
}
