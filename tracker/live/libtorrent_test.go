package live

import (
	"net/netip"
	"os/exec"
	"strings"
	"testing"

	"swarmsim/tracker"
)

// libtorrent announces by both protocols: it gets the other peer, and leaves when it stops.
func TestLibtorrent(t *testing.T) {
	const python = "/usr/bin/python3" // the one that Debian's package is for
	if err := exec.Command(python, "-c", "import libtorrent").Run(); err != nil {
		t.Skip("python3-libtorrent is not installed")
	}
	s := serve(t, Config{})
	var hash [20]byte
	for i := range hash {
		hash[i] = 0xab
	}
	other := tracker.Request{InfoHash: hash, PeerID: [20]byte{1}, Addr: netip.MustParseAddrPort("127.0.0.7:9")}
	s.announce(&other, &tracker.Response{})
	for n, scheme := range []string{"http", "udp"} {
		out, err := exec.CommandContext(context1(t), python, "testdata/announce.py", s.urlOf(scheme), "127.0.0.8").CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != "1" {
			t.Fatalf("%s: %s, %v", scheme, out, err)
		}
		st := s.Stats()
		if st.Leechers != 0 || st.Seeds != 1 || st.HTTPAnnounces != 2 || st.UDPAnnounces != 2*int64(n) || st.Failures != 0 {
			t.Errorf("%s: %+v", scheme, st)
		}
	}
}
