package interop

import (
	"testing"

	"swarmsim/testbed/driver"
	"swarmsim/torrent"
)

// The features that the table lists, in its order.
const (
	plaintext  = "plaintext"
	encrypted  = "encrypted"
	mixed      = "encryption preferred by one, off at the other"
	magnetLink = "magnet link"
	haveAll    = "fast extension, HAVE ALL"
	ourHTTP    = "swarmsim's tracker, HTTP"
	ourUDP     = "swarmsim's tracker, UDP"
	openHTTP   = "opentracker, HTTP"
	openUDP    = "opentracker, UDP"
	npmHTTP    = "bittorrent-tracker, HTTP"
	npmUDP     = "bittorrent-tracker, UDP"
	dhtAlone   = "DHT alone"
	pexAlone   = "PEX alone"
	version2   = "v2"
	hybrid     = "hybrid"
	v2Magnet   = "v2, magnet link"
)

var features = []string{plaintext, encrypted, mixed, magnetLink, haveAll, ourHTTP, ourUDP, openHTTP, openUDP,
	npmHTTP, npmUDP, dhtAlone, pexAlone, version2, v2Magnet, hybrid}

// exchanges of one feature with one client and in one direction.
func run(t *testing.T, feature string, p program, oursSeed bool) {
	x := exchange{feature: feature, theirs: p, oursSeed: oursSeed}
	switch feature {
	case encrypted:
		x.ours, x.them = driver.EncryptionRequired, driver.EncryptionRequired
		if p.Name() == "webtorrent" { // it has no way to require it
			x.them = driver.EncryptionPreferred
		}
	case mixed:
		x.ours = driver.EncryptionPreferred
		if oursSeed {
			x.ours, x.them = driver.EncryptionOff, driver.EncryptionPreferred
		}
	case magnetLink:
		x.magnet = true
	case ourUDP:
		x.scheme = "udp"
	case openHTTP:
		x.tracker = "opentracker"
	case openUDP:
		x.tracker, x.scheme = "opentracker", "udp"
	case npmHTTP:
		x.tracker = "bittorrent-tracker"
	case npmUDP:
		x.tracker, x.scheme = "bittorrent-tracker", "udp"
	case version2:
		x.version = torrent.V2
	case v2Magnet:
		x.version, x.magnet = torrent.V2, true
	case hybrid:
		x.version = torrent.Hybrid
	case dhtAlone:
		byDHT(t, p, oursSeed)
		return
	case pexAlone:
		byPEX(t, p, !oursSeed)
		return
	case haveAll:
		byRelay(t, p, oursSeed)
		return
	}
	x.run(t)
}

// quick are the features of a test without -full.
func quick(p program, feature string) bool {
	switch feature {
	case plaintext, encrypted, magnetLink:
		return true
	case ourUDP, haveAll:
		return p.Name() == "libtorrent" || p.Name() == "anacrolix"
	case version2, v2Magnet, hybrid:
		return p.Name() == "libtorrent"
	}
	return false
}

// TestMatrix exchanges files with each client.
func TestMatrix(t *testing.T) {
	for _, p := range theirs() {
		if *only != "" && *only != p.Name() {
			continue
		}
		for _, feature := range features {
			if !*full && !quick(p, feature) {
				continue
			}
			for _, oursSeed := range []bool{false, true} {
				x := exchange{theirs: p, oursSeed: oursSeed}
				t.Run(x.direction()+"/"+feature, func(t *testing.T) {
					t.Parallel()
					if reason := unable(p.Name(), feature, oursSeed); reason != "" {
						record(p.Name(), feature, oursSeed, unsupported, reason)
						t.Skip(reason)
					}
					defer func() { recordTest(t, p.Name(), feature, oursSeed) }()
					run(t, feature, p, oursSeed)
				})
			}
		}
	}
}
