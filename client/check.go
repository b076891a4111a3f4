package client

import (
	"errors"
	"fmt"
	"math"

	"swarmsim/client/pieces"
)

// Check returns an error that names the first field which is missing, or contradicts another. New panics
// with it: a caller that takes any part of the configuration from outside calls Check before.
func (c *Config) Check() error {
	for _, f := range []struct {
		name    string
		missing bool
	}{
		{"Torrent", c.Torrent == nil}, {"Settings", c.Settings == nil}, {"Store", c.Store == nil},
		{"Rand", c.Rand == nil}, {"Loop", c.Loop == nil}, {"Picker", c.Picker == nil}, {"Assign", c.Assign == nil},
		{"EndGame", c.EndGame == nil}, {"Backlog", c.Backlog == nil}, {"Choker", c.Choker == nil},
		{"SeedChoker", c.SeedChoker == nil},
	} {
		if f.missing {
			return fmt.Errorf("client: Config.%s is missing", f.name)
		}
	}
	for _, check := range []func() error{c.Torrent.check, c.checkPieces, c.checkTrackers, c.Settings.check} {
		if err := check(); err != nil {
			return fmt.Errorf("client: %w", err)
		}
	}
	return nil
}

// check returns what is wrong with the torrent's layout.
func (t *Torrent) check() error {
	switch {
	case t.Length < 1 || t.PieceLength < 1:
		return fmt.Errorf("Config.Torrent has %d bytes in pieces of %d; both should be at least 1", t.Length, t.PieceLength)
	case t.BlockLength < 0 || t.PieceLength > math.MaxUint32:
		return fmt.Errorf("Config.Torrent has pieces of %d bytes and blocks of %d; they should fit 32 bits", t.PieceLength, t.BlockLength)
	case t.Sizes != nil && len(t.Sizes) != t.Pieces():
		return fmt.Errorf("Config.Torrent.Sizes has %d pieces; the torrent has %d", len(t.Sizes), t.Pieces())
	}
	return nil
}

// checkPieces returns what is wrong with Have and Priorities.
func (c *Config) checkPieces() error {
	count := c.Torrent.Pieces()
	if n, want := len(c.Have), pieces.Words(count); c.Have != nil && n != want {
		return fmt.Errorf("Config.Have is a set of %d words; %d pieces have %d", n, count, want)
	}
	if c.Priorities != nil && len(c.Priorities) != count {
		return fmt.Errorf("Config.Priorities has %d numbers; the torrent has %d pieces", len(c.Priorities), count)
	}
	for piece, x := range c.Priorities {
		if x > maxPriority {
			return fmt.Errorf("Config.Priorities has %d for piece %d; it should be 0 to %d", x, piece, maxPriority)
		}
	}
	return nil
}

// checkTrackers returns what is wrong with the tiers of trackers, which actions number in a byte.
func (c *Config) checkTrackers() error {
	sum := 0
	for i, n := range c.Trackers {
		if sum += n; n < 1 || sum > math.MaxUint8 {
			return fmt.Errorf("Config.Trackers has %d trackers in tier %d; tiers should have at least 1, and all together at most %d",
				n, i+1, math.MaxUint8)
		}
	}
	return nil
}

// check returns what contradicts itself in the settings.
func (s *Settings) check() error {
	switch k := &s.Connections; {
	case s.Choking.Interval <= 0:
		return fmt.Errorf("Settings.Choking.Interval is %v; it should be above 0", s.Choking.Interval)
	case s.Upload.QueueBlocks < 1 || s.Upload.QueueBlocks > math.MaxUint16:
		return fmt.Errorf("Settings.Upload.QueueBlocks is %d; it should be 1 to %d", s.Upload.QueueBlocks, math.MaxUint16)
	case s.Upload.MaxRequests < 1:
		return fmt.Errorf("Settings.Upload.MaxRequests is %d; it should be at least 1", s.Upload.MaxRequests)
	case s.Requests.SnubTimeout <= 0:
		return fmt.Errorf("Settings.Requests.SnubTimeout is %v; it should be above 0", s.Requests.SnubTimeout)
	case k.DialTarget < 0 || k.Max < 0 || k.MinPeers < 0 || k.NumWant < 0:
		return errors.New("Settings.Connections has a number below 0")
	case k.DialTarget > k.Max:
		return fmt.Errorf("Settings.Connections.DialTarget is %d, more than Max, %d", k.DialTarget, k.Max)
	case s.Timeouts.Handshake <= 0 || s.Timeouts.KeepAlive <= 0 || s.Timeouts.Idle <= 0:
		return errors.New("Settings.Timeouts.Handshake, KeepAlive and Idle should be above 0")
	}
	return nil
}
