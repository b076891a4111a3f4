package driver

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Rtorrent is rtorrent with libtorrent (rakshasa).
type Rtorrent struct{}

// Name is rtorrent.
func (Rtorrent) Name() string { return "rtorrent" }

// Installed returns rtorrent's version.
func (d Rtorrent) Installed(ctx context.Context) (string, error) {
	path, err := needs(d.Name(), "rtorrent", "rtorrent")
	if err != nil {
		return "", err
	}
	_, rest, _ := strings.Cut(versionOf(ctx, path, "-h"), "client version ")
	version, _, found := strings.Cut(rest, ".\n")
	if !found {
		return "unknown", nil
	}
	return version, nil
}

// maxSocketPath is the longest path of a Unix socket (unix(7): sun_path).
const maxSocketPath = 107

// Check refuses what rtorrent cannot do.
func (d Rtorrent) Check(job *Job) error {
	switch {
	case job.UTP:
		return errors.New("rtorrent does not support uTP")
	case job.LSD:
		return errors.New("rtorrent does not support local discovery")
	case len(d.socket(job)) > maxSocketPath:
		return fmt.Errorf("the path %s is too long for rtorrent's control socket; choose a shorter work folder", d.socket(job))
	case strings.ContainsAny(job.Folder+job.Work+job.Torrent, "\"\n"):
		return errors.New("rtorrent's configuration has no quotes for these paths: they contain quotes or line ends")
	}
	return job.check()
}

func (Rtorrent) socket(job *Job) string { return filepath.Join(job.Work, "rtorrent.sock") }

// rc is rtorrent's configuration.
func (d Rtorrent) rc(job *Job) string {
	dht := "disable"
	if job.DHT {
		dht = "on"
	}
	yes := map[bool]string{true: "yes", false: "no"}
	lines := []string{
		"system.daemon.set = true",
		`session.path.set = "` + filepath.Join(job.Work, "session") + `"`,
		`directory.default.set = "` + job.Folder + `"`,
		"network.bind_address.set = " + job.Listen.Addr().String(),
		fmt.Sprintf("network.port_range.set = %d-%d", job.Listen.Port(), job.Listen.Port()),
		"network.port_random.set = no",
		"dht.mode.set = " + dht,
		fmt.Sprintf("dht.port.set = %d", job.Listen.Port()),
		"protocol.pex.set = " + yes[job.PEX],
		"trackers.use_udp.set = yes",
		"protocol.encryption.set = " + [...]string{
			EncryptionOff:       "none",
			EncryptionPreferred: "allow_incoming,try_outgoing,enable_retry",
			EncryptionRequired:  "allow_incoming,require,require_RC4",
		}[job.Encryption],
		`network.scgi.open_local = "` + d.socket(job) + `"`,
	}
	if job.UploadSlots > 0 {
		lines = append(lines, fmt.Sprintf("throttle.max_uploads.set = %d", job.UploadSlots))
	}
	for _, limit := range []struct {
		way  string
		rate int64
	}{{"up", job.UpLimit}, {"down", job.DownLimit}} {
		if limit.rate > 0 {
			lines = append(lines, fmt.Sprintf("throttle.global_%s.max_rate.set_kb = %d", limit.way, (limit.rate+1023)/1024))
		}
	}
	for _, n := range job.DHTNodes {
		lines = append(lines, fmt.Sprintf(`schedule2 = dht%d,1,0,"dht.add_node=%v"`, n.Port(), n))
	}
	return strings.Join(append(lines, `schedule2 = add,0,0,"load.start=`+job.Torrent+`"`), "\n") + "\n"
}

// Start starts rtorrent without a terminal.
func (d Rtorrent) Start(ctx context.Context, job Job) (*Process, error) {
	if err := d.Check(&job); err != nil {
		return nil, err
	}
	path, err := needs(d.Name(), "rtorrent", "rtorrent")
	if err != nil {
		return nil, err
	}
	rc := filepath.Join(job.Work, "rtorrent.rc")
	if err := errors.Join(os.MkdirAll(filepath.Join(job.Work, "session"), 0o700),
		os.WriteFile(rc, []byte(d.rc(&job)), 0o600)); err != nil {
		return nil, err
	}
	socket := d.socket(&job)
	return start(ctx, &job, launch{
		client: d.Name(), path: path, args: []string{"-n", "-o", "import=" + rc}, env: []string{"TERM=dumb"},
		poll: func(ctx context.Context) (Progress, error) { return rtorrentProgress(ctx, socket) },
	})
}

// rtorrentFields are the commands whose results a poll returns, in order.
var rtorrentFields = []string{"d.completed_bytes=", "d.size_bytes=", "d.up.total=", "d.down.total=",
	"d.peers_connected=", "d.complete=", "d.hashing=", "d.bitfield=", "d.message=", "d.is_meta="}

func rtorrentProgress(ctx context.Context, socket string) (Progress, error) {
	var call strings.Builder
	call.WriteString("<?xml version=\"1.0\"?><methodCall><methodName>d.multicall2</methodName><params>")
	for _, p := range append([]string{"", "main"}, rtorrentFields...) {
		call.WriteString("<param><value><string>" + p + "</string></value></param>")
	}
	call.WriteString("</params></methodCall>")
	reply, err := scgi(ctx, socket, call.String())
	if err != nil {
		return Progress{}, err
	}
	values, err := xmlValues(reply)
	if err != nil {
		return Progress{}, err
	}
	return rtorrentReport(values)
}

func rtorrentReport(values []string) (Progress, error) {
	if len(values) != len(rtorrentFields) {
		return Progress{}, fmt.Errorf("rtorrent returned %d values for one torrent, not %d", len(values), len(rtorrentFields))
	}
	n := make([]int64, 7)
	for i := range n {
		var err error
		if n[i], err = strconv.ParseInt(values[i], 10, 64); err != nil || n[i] < 0 {
			return Progress{}, fmt.Errorf("rtorrent: %s returned %q, not a number", rtorrentFields[i], values[i])
		}
	}
	if values[9] != "0" {
		return Progress{}, errors.New("rtorrent has no metadata yet")
	}
	pieces, err := hex.DecodeString(values[7])
	if err != nil {
		return Progress{}, fmt.Errorf("rtorrent: bitfield: %w", err)
	}
	complete := n[5] == 1 && n[6] == 0
	if complete && len(pieces) == 0 { // it keeps no bitfield of a complete torrent
		pieces = nil
	}
	return Progress{
		Have: n[0], Size: n[1], Uploaded: n[2], Downloaded: n[3], Connections: int(n[4]), Complete: complete,
		Pieces: pieces, Error: values[8],
	}, nil
}

// scgi sends a request to a Unix socket and returns the body of the reply
// (https://python.ca/scgi/protocol.txt).
func scgi(ctx context.Context, socket, body string) ([]byte, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if deadline, ok := ctx.Deadline(); ok {
		c.SetDeadline(deadline)
	}
	head := fmt.Sprintf("CONTENT_LENGTH\x00%d\x00SCGI\x001\x00", len(body))
	if _, err := fmt.Fprintf(c, "%d:%s,%s", len(head), head, body); err != nil {
		return nil, err
	}
	reply, err := io.ReadAll(io.LimitReader(bufio.NewReader(c), maxReply))
	if err != nil {
		return nil, err
	}
	_, text, found := strings.Cut(string(reply), "\r\n\r\n")
	if !found {
		return nil, errors.New("rtorrent's reply has no head")
	}
	return []byte(text), nil
}

// xmlValues returns the scalar values of an XML-RPC reply in order (http://xmlrpc.com/spec.md).
func xmlValues(text []byte) ([]string, error) {
	var out []string
	d := xml.NewDecoder(strings.NewReader(string(text)))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		switch e, _ := token.(xml.StartElement); e.Name.Local {
		case "fault":
			return nil, fmt.Errorf("rtorrent refused the call: %s", text)
		case "string", "i4", "i8", "int":
			var value string
			if err := d.DecodeElement(&value, &e); err != nil {
				return nil, err
			}
			out = append(out, value)
		}
	}
}
