package client

import (
	"strings"
	"testing"

	"swarmsim/client/pieces"
)

// A configuration that cannot work is refused with the name of the field.
func TestCheckNamesTheField(t *testing.T) {
	for field, spoil := range map[string]func(*Config){
		"Config.Torrent is missing":   func(c *Config) { c.Torrent = nil },
		"Config.Store is missing":     func(c *Config) { c.Store = nil },
		"Config.Choker is missing":    func(c *Config) { c.Choker = nil },
		"Config.Torrent has":          func(c *Config) { c.Torrent.Length = 0 },
		"Config.Torrent.Sizes":        func(c *Config) { c.Torrent.Sizes = []uint32{1} },
		"Config.Have":                 func(c *Config) { c.Have = pieces.NewBitset(1000) },
		"Config.Priorities has 1 ":    func(c *Config) { c.Priorities = []byte{1} },
		"Config.Priorities has 9 for": func(c *Config) { c.Priorities = []byte{1, 9} },
		"Config.Trackers":             func(c *Config) { c.Trackers = []int{1, 255} },
		"Choking.Interval":            func(c *Config) { c.Settings.Choking.Interval = 0 },
		"Connections.DialTarget":      func(c *Config) { c.Settings.Connections.DialTarget = c.Settings.Connections.Max + 1 },
		"Upload.QueueBlocks":          func(c *Config) { c.Settings.Upload.QueueBlocks = 0 },
		"Upload.MaxRequests":          func(c *Config) { c.Settings.Upload.MaxRequests = 0 },
		"Timeouts":                    func(c *Config) { c.Settings.Timeouts.Idle = 0 },
	} {
		var c Config
		newScript(t, 2, false, func(made *Config) { c = *made })
		if err := c.Check(); err != nil {
			t.Fatal(err)
		}
		layout, settings := *c.Torrent, *c.Settings
		c.Torrent, c.Settings = &layout, &settings
		spoil(&c)
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: New accepts it", field)
				}
			}()
			New(c)
		}()
	}
}
