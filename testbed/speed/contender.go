package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"swarmsim/testbed/driver"
)

// contender is a client, or the limit, with what was measured of it.
type contender struct {
	name    string
	version string
	driver  driver.Driver // nil for the limit
	poll    time.Duration // between questions for its progress
	results []result
}

// defaultClients are those that are measured unless the user names others.
var defaultClients = []string{"swarmsim", "libtorrent", "aria2", "anacrolix", "transmission"}

// contendersOf returns the limit and the clients that are installed and can be measured.
func contendersOf(ctx context.Context, o *options, stderr io.Writer) ([]*contender, error) {
	names := o.clients
	if names == nil {
		names = defaultClients
	}
	out := []*contender{{name: "limit"}}
	for _, name := range names {
		c, err := contenderOf(ctx, name, o)
		var missing *driver.MissingError
		if errors.As(err, &missing) && o.clients == nil {
			fmt.Fprintln(stderr, "left out:", err)
			continue
		}
		if err != nil {
			return nil, err
		}
		if c.driver.Check(&driver.Job{Torrent: "t", Folder: "f", Work: "w", Listen: listen(o.address)}) != nil && o.clients == nil {
			fmt.Fprintf(stderr, "left out: %s cannot listen on %v\n", name, o.address)
			continue
		}
		out = append(out, c)
	}
	return out, nil
}

func contenderOf(ctx context.Context, name string, o *options) (*contender, error) {
	d, err := driver.Named(name)
	if err != nil {
		return nil, err
	}
	if _, own := d.(driver.Swarmsim); own {
		path, err := filepath.Abs(o.swarmsim)
		if err != nil {
			return nil, err
		}
		d = driver.Swarmsim{Program: path}
	}
	c := &contender{name: name, driver: d, poll: time.Second}
	switch d.(type) {
	case driver.Aria2, driver.Transmission: // the others report completion themselves
		c.poll = 20 * time.Millisecond
	}
	c.version, err = d.Installed(ctx)
	return c, err
}

// slow reports whether a contender takes so long that one measurement is enough.
func (c *contender) slow() bool { return len(c.results) > 0 && c.results[0].fromStart > time.Minute }
