package driver

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// Aria2 is aria2c.
type Aria2 struct{}

// Name is aria2.
func (Aria2) Name() string { return "aria2" }

// Installed returns aria2's version.
func (d Aria2) Installed(ctx context.Context) (string, error) {
	path, err := needs(d.Name(), "aria2c", "aria2")
	if err != nil {
		return "", err
	}
	_, rest, _ := strings.Cut(versionOf(ctx, path, "--version"), "aria2 version ")
	version, _, _ := strings.Cut(rest, "\n")
	return cmp.Or(version, "unknown"), nil
}

// Check refuses uTP, which aria2 does not have.
func (Aria2) Check(job *Job) error {
	if job.UTP {
		return errors.New("aria2 does not support uTP")
	}
	if len(job.DHTNodes) > 1 {
		return errors.New("aria2 has an option for one node that DHT starts from")
	}
	return job.check()
}

// Start starts aria2c, which is asked for its progress over JSON-RPC.
func (d Aria2) Start(ctx context.Context, job Job) (*Process, error) {
	if err := d.Check(&job); err != nil {
		return nil, err
	}
	path, err := needs(d.Name(), "aria2c", "aria2")
	if err != nil {
		return nil, err
	}
	control, err := freePort()
	if err != nil {
		return nil, err
	}
	args, err := d.args(&job, control)
	if err != nil {
		return nil, err
	}
	c, url := job.httpClient(), fmt.Sprintf("http://127.0.0.1:%d/jsonrpc", control)
	return start(ctx, &job, launch{
		client: d.Name(), path: path, args: args,
		poll: func(ctx context.Context) (Progress, error) { return aria2Progress(ctx, c, url) },
	})
}

func (Aria2) args(job *Job, control int) ([]string, error) {
	// UDP trackers share the socket of DHT.
	dht := job.DHT || strings.Contains(job.Torrent, "udp%3A") || strings.Contains(job.Torrent, "tr=udp:")
	if !job.isMagnet() {
		file, err := os.ReadFile(job.Torrent)
		if err != nil {
			return nil, err
		}
		dht = dht || bytes.Contains(file, []byte(":udp://"))
	}
	port := strconv.Itoa(int(job.Listen.Port()))
	args := []string{
		"--no-conf", "--dir=" + job.Folder,
		"--interface=" + job.Listen.Addr().String(), "--listen-port=" + port, "--dht-listen-port=" + port,
		"--enable-dht=" + strconv.FormatBool(dht), "--enable-dht6=false",
		"--dht-file-path=" + job.Work + "/aria2.dht",
		"--enable-peer-exchange=" + strconv.FormatBool(job.PEX), "--bt-enable-lpd=" + strconv.FormatBool(job.LSD),
		"--enable-rpc=true", "--rpc-listen-all=false", "--rpc-listen-port=" + strconv.Itoa(control),
		"--seed-ratio=0.0", "--file-allocation=none",
		// A folder with content and no control file is hashed, and not downloaded again.
		"--check-integrity=true", "--allow-overwrite=true",
		"--summary-interval=0", "--show-console-readout=false", "--console-log-level=notice",
	}
	for _, n := range job.DHTNodes {
		args = append(args, "--dht-entry-point="+n.String())
	}
	if job.Encryption == EncryptionRequired {
		args = append(args, "--bt-require-crypto=true", "--bt-min-crypto-level=arc4")
	}
	for _, limit := range []struct {
		option string
		rate   int64
	}{{"upload", job.UpLimit}, {"download", job.DownLimit}} {
		if limit.rate > 0 {
			args = append(args, fmt.Sprintf("--max-overall-%s-limit=%d", limit.option, limit.rate))
		}
	}
	return append(args, job.Torrent), nil
}

// aria2Download has the keys of aria2.tellStatus that progress needs. Its numbers are strings.
type aria2Download struct {
	Total       string `json:"totalLength"`
	Completed   string `json:"completedLength"`
	Uploaded    string `json:"uploadLength"`
	Bitfield    string `json:"bitfield"`
	Connections string `json:"connections"`
	Error       string `json:"errorMessage"`
	Verifying   string `json:"verifiedLength"` // only while it is hashing
	Waiting     string `json:"verifyIntegrityPending"`
	BitTorrent  *struct {
		Info *struct{} `json:"info"`
	} `json:"bittorrent"`
}

var aria2Keys = []string{"totalLength", "completedLength", "uploadLength", "bitfield", "connections", "errorMessage",
	"verifiedLength", "verifyIntegrityPending", "bittorrent"}

func aria2Progress(ctx context.Context, c *http.Client, url string) (Progress, error) {
	var reply struct {
		Result []aria2Download `json:"result"`
	}
	in := map[string]any{"jsonrpc": "2.0", "id": "1", "method": "aria2.tellActive", "params": []any{aria2Keys}}
	if err := postJSON(ctx, c, url, nil, in, &reply); err != nil {
		return Progress{}, err
	}
	for _, d := range reply.Result {
		if d.BitTorrent != nil && d.BitTorrent.Info != nil { // or it is the download of a magnet link's metadata
			return d.progress()
		}
	}
	return Progress{}, errors.New("aria2 has no active download")
}

func (d *aria2Download) progress() (Progress, error) {
	var p Progress
	var connections int64
	for _, n := range []struct {
		text string
		to   *int64
	}{{d.Total, &p.Size}, {d.Completed, &p.Have}, {d.Uploaded, &p.Uploaded}, {d.Connections, &connections}} {
		var err error
		if *n.to, err = strconv.ParseInt(n.text, 10, 64); err != nil || *n.to < 0 {
			return Progress{}, fmt.Errorf("aria2: %q is not a number of bytes", n.text)
		}
	}
	pieces, err := hex.DecodeString(d.Bitfield)
	if err != nil {
		return Progress{}, fmt.Errorf("aria2: bitfield: %w", err)
	}
	p.Pieces, p.Connections, p.Error = pieces, int(connections), d.Error
	p.Downloaded = p.Have
	p.Complete = p.Size > 0 && p.Have == p.Size && d.Verifying == "" && d.Waiting == ""
	return p, nil
}
