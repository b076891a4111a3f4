package export

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"swarmsim/sim"
	"swarmsim/sim/record"
)

// captured plays the small swarm and captures a peer.
func captured(t *testing.T, peer int, text string) (capture []byte, messages []Message, log []record.Event) {
	t.Helper()
	c := &Capture{Scenario: "small", Seed: 1, Peer: peer}
	text = strings.Replace(text, "4 MiB, piece: 64 KiB", "1 MiB, piece: 32 KiB", 1)
	text = strings.Replace(text, "record: {", "wire: real\nrecord: {messages: ["+strconv.Itoa(peer)+"], ", 1)
	r, log := played(t, text, func(m sim.WireMessage) {
		of := Message{At: m.At, Other: m.Other, Conn: m.Conn, Sent: m.Sent, Ended: m.Ended, Bytes: m.Bytes}
		c.Add(of)
		if !m.Ended {
			messages = append(messages, of)
		}
	})
	var out bytes.Buffer
	if err := c.Write(&out, time.Duration(float64(r.Summary.VirtualS)*1e9)); err != nil {
		t.Fatal(err)
	}
	if c.Messages() != len(messages) {
		t.Errorf("%d of %d messages are in the capture", c.Messages(), len(messages))
	}
	return out.Bytes(), messages, log
}

// The streams of a capture, put together as a receiver does, are the bytes of the messages. Time does not
// run backwards, and no byte is acknowledged before it was sent.
func TestCaptureHoldsTheMessages(t *testing.T) {
	capture, messages, _ := captured(t, 3, smallSwarm)
	want := map[[2]int]string{} // by neighbour and direction
	for _, m := range messages {
		k := [2]int{m.Other, index(m.Sent)}
		want[k] += string(m.Bytes)
	}
	r, err := pcapgo.NewNgReader(bytes.NewReader(capture), pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	if says := r.SectionInfo().Comment; !strings.Contains(says, "peer 3 of the scenario small, seed 1") {
		t.Errorf("the section's comment is %q", says)
	}
	got, next, before := map[[2]int]string{}, map[string]uint32{}, time.Time{}
	syns, fins := 0, 0
	for {
		b, info, err := r.ReadPacketData()
		if err != nil {
			break
		}
		if info.Timestamp.Before(before) {
			t.Fatal("time runs backwards")
		}
		before = info.Timestamp
		p := gopacket.NewPacket(b, layers.LayerTypeIPv4, gopacket.Default)
		if p.ErrorLayer() != nil {
			t.Fatal(p.ErrorLayer().Error())
		}
		ip, tcp := p.Layer(layers.LayerTypeIPv4).(*layers.IPv4), p.Layer(layers.LayerTypeTCP).(*layers.TCP)
		sent := ip.SrcIP.String() == "10.0.0.3"
		other := int(ip.SrcIP.To4()[3])
		if sent {
			other = int(ip.DstIP.To4()[3])
		}
		flow := p.NetworkLayer().NetworkFlow().String() + tcp.TransportFlow().String()
		back := p.NetworkLayer().NetworkFlow().Reverse().String() + tcp.TransportFlow().Reverse().String()
		if tcp.SYN {
			next[flow], syns = tcp.Seq, syns+1
		}
		if tcp.Seq != next[flow] || tcp.ACK && tcp.Ack-next[back] < 1<<31 && tcp.Ack != next[back] {
			t.Fatalf("%s: seq %d, ack %d; next are %d and %d", flow, tcp.Seq, tcp.Ack, next[flow], next[back])
		}
		next[flow] += uint32(len(tcp.Payload))
		if tcp.SYN || tcp.FIN {
			next[flow]++
		}
		if tcp.FIN {
			fins++
		}
		if len(tcp.Payload) > mss || tcp.SrcPort != listenPort && tcp.DstPort != listenPort {
			t.Fatalf("%d bytes from port %d to %d", len(tcp.Payload), tcp.SrcPort, tcp.DstPort)
		}
		got[[2]int{other, index(sent)}] += string(tcp.Payload)
	}
	if !maps.Equal(got, want) || len(want) < 6 {
		t.Errorf("the capture's content of %d directions differs from the messages of %d", len(got), len(want))
	}
	if syns != fins || syns < len(want) {
		t.Errorf("%d SYN and %d FIN for %d directions", syns, fins, len(want))
	}
	again, _, _ := captured(t, 3, smallSwarm)
	if !bytes.Equal(capture, again) {
		t.Error("another capture of the same run differs")
	}
}

// shown are Wireshark's numbers of messages, by the names of the event log.
var shownTypes = map[string]string{
	"choke": "0", "unchoke": "1", "interested": "2", "not-interested": "3", "have": "4", "bitfield": "5", "request": "6",
	"piece": "7", "cancel": "8", "port": "9", "suggest": "13", "have-all": "14", "have-none": "15", "reject": "16",
	"allowed-fast": "17", "extended": "20",
}

// Wireshark dissects a capture without complaint, and counts the messages of the event log.
func TestWiresharkCountsTheMessages(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("tshark is not installed")
	}
	fast := strings.Replace(smallSwarm, "groups:", "client: {fast_extension: true, extensions: true, pex: true}\ngroups:", 1)
	for _, text := range []string{smallSwarm, fast} {
		capture, _, log := captured(t, 3, text)
		file := filepath.Join(t.TempDir(), "peer.pcapng")
		if err := os.WriteFile(file, capture, 0o600); err != nil {
			t.Fatal(err)
		}
		fields := func(filter string, names ...string) []string {
			args := []string{"-r", file, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-T", "fields", "-Y", filter}
			for _, n := range names {
				args = append(args, "-e", n)
			}
			out, err := exec.Command(tshark, args...).Output()
			if err != nil {
				t.Fatal(err)
			}
			return strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' || r == '\t' || r == ',' })
		}
		// It warns of the zeros in binary strings, such as the address in an extension handshake (BEP 10).
		if bad := fields(`_ws.malformed or tcp.analysis.flags or tcp.checksum.status == 0 or ip.checksum.status == 0 or
			_ws.expert.severity >= 6291456 and not _ws.expert.message == "Trailing stray characters"`,
			"frame.number", "_ws.expert.message"); len(bad) > 0 {
			t.Errorf("Wireshark complains: %.400q", bad)
		}
		got, want := map[string]int{}, map[string]int{}
		for _, kind := range fields("bittorrent", "bittorrent.msg.type") {
			got[kind]++
		}
		got["handshake"] = len(fields("bittorrent.info_hash", "bittorrent.info_hash"))
		for i := range log {
			name, sent := strings.CutPrefix(log[i].Event, "sent-")
			if received := false; !sent {
				if name, received = strings.CutPrefix(log[i].Event, "received-"); !received {
					continue
				}
			}
			if n, ok := shownTypes[name]; ok {
				name = n
			}
			want[name]++
		}
		delete(want, "keep-alive") // has no type
		if !maps.Equal(got, want) || len(want) < 6 {
			t.Errorf("Wireshark counts %v; the log has %v", got, want)
		}
		t.Log(len(capture), "bytes;", slices.Sorted(maps.Keys(want)), want)
	}
}
