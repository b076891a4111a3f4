package driver

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// Transmission is transmission-daemon.
type Transmission struct{}

// Name is transmission.
func (Transmission) Name() string { return "transmission" }

// Installed returns the daemon's version.
func (d Transmission) Installed(ctx context.Context) (string, error) {
	path, err := needs(d.Name(), "transmission-daemon", "transmission-daemon")
	if err != nil {
		return "", err
	}
	fields := strings.Fields(versionOf(ctx, path, "--version")) // transmission-daemon 3.00 (bb6b5a062e)
	if len(fields) < 2 {
		return "unknown", nil
	}
	return fields[1], nil
}

// Check refuses addresses that Transmission ignores when a tracker returns them.
func (Transmission) Check(job *Job) error {
	if job.Listen.Addr().IsLoopback() {
		return fmt.Errorf("transmission dials no peer in 127.0.0.0/8; it cannot listen on %v", job.Listen)
	}
	return job.check()
}

// settings is settings.json. Rates are in kB/s.
func (Transmission) settings(job *Job, control int) map[string]any {
	s := map[string]any{
		"rpc-enabled": true, "rpc-bind-address": "127.0.0.1", "rpc-port": control,
		"rpc-whitelist-enabled": false, "rpc-host-whitelist-enabled": false, "rpc-authentication-required": false,
		"bind-address-ipv4": job.Listen.Addr().String(), "peer-port": job.Listen.Port(),
		"peer-port-random-on-start": false, "port-forwarding-enabled": false,
		"dht-enabled": job.DHT, "lpd-enabled": job.LSD, "pex-enabled": job.PEX, "utp-enabled": job.UTP,
		"encryption":   int(job.Encryption), // 0 prefers plaintext, 1 encryption, 2 requires it
		"download-dir": job.Folder, "incomplete-dir-enabled": false, "rename-partial-files": false,
		"ratio-limit-enabled": false, "idle-seeding-limit-enabled": false,
		"speed-limit-up-enabled": job.UpLimit > 0, "speed-limit-up": job.UpLimit / 1000,
		"speed-limit-down-enabled": job.DownLimit > 0, "speed-limit-down": job.DownLimit / 1000,
		"download-queue-enabled": false, "seed-queue-enabled": false, "queue-stalled-enabled": false,
		"start-added-torrents": true, "watch-dir-enabled": false, "message-level": 2,
	}
	if job.UploadSlots > 0 {
		s["upload-slots-per-torrent"] = job.UploadSlots
	}
	return s
}

// Start starts the daemon and adds the torrent over its control port.
func (d Transmission) Start(ctx context.Context, job Job) (*Process, error) {
	if err := d.Check(&job); err != nil {
		return nil, err
	}
	path, err := needs(d.Name(), "transmission-daemon", "transmission-daemon")
	if err != nil {
		return nil, err
	}
	control, err := freePort()
	if err != nil {
		return nil, err
	}
	config := filepath.Join(job.Work, "transmission")
	text, err := json.Marshal(d.settings(&job, control))
	if err != nil {
		return nil, err
	}
	var nodes strings.Builder // that DHT starts from; without any, public ones are asked
	for _, n := range job.DHTNodes {
		fmt.Fprintf(&nodes, "%v %d\n", n.Addr(), n.Port())
	}
	if err := errors.Join(os.MkdirAll(config, 0o700),
		os.WriteFile(filepath.Join(config, "dht.bootstrap"), []byte(nodes.String()), 0o600),
		os.WriteFile(filepath.Join(config, "settings.json"), text, 0o600)); err != nil {
		return nil, err
	}
	rpc := transmissionRPC{http: job.httpClient(), url: fmt.Sprintf("http://127.0.0.1:%d/transmission/rpc", control)}
	add := map[string]any{"filename": job.Torrent}
	if !job.isMagnet() {
		file, err := os.ReadFile(job.Torrent)
		if err != nil {
			return nil, err
		}
		add = map[string]any{"metainfo": base64.StdEncoding.EncodeToString(file)}
	}
	added := false
	return start(ctx, &job, launch{
		client: d.Name(), path: path, args: []string{"-f", "-g", config},
		poll: func(ctx context.Context) (Progress, error) {
			if !added {
				if err := rpc.call(ctx, "torrent-add", add, nil); err != nil {
					return Progress{}, err
				}
				added = true
			}
			return rpc.progress(ctx)
		},
	})
}

// transmissionRPC is the client's control port (rpc-spec.txt).
type transmissionRPC struct {
	http    *http.Client
	url     string
	session string
}

const transmissionSession = "X-Transmission-Session-Id"

// call calls a method. A reply of 409 has the session that the next call must name.
func (r *transmissionRPC) call(ctx context.Context, method string, arguments, out any) error {
	var reply struct {
		Result    string          `json:"result"`
		Arguments json.RawMessage `json:"arguments"`
	}
	in := map[string]any{"method": method, "arguments": arguments}
	header := http.Header{transmissionSession: {r.session}}
	err := postJSON(ctx, r.http, r.url, header, in, &reply)
	var status statusError
	if errors.As(err, &status) && status.code == http.StatusConflict {
		r.session = status.header.Get(transmissionSession)
		header.Set(transmissionSession, r.session)
		err = postJSON(ctx, r.http, r.url, header, in, &reply)
	}
	if err != nil {
		return err
	}
	if reply.Result != "success" {
		return fmt.Errorf("transmission: %s: %s", method, reply.Result)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(reply.Arguments, out)
}

// transmissionTorrent has the fields of torrent-get that progress needs.
type transmissionTorrent struct {
	PercentDone    float64 `json:"percentDone"`
	Status         int     `json:"status"`
	HaveValid      int64   `json:"haveValid"`
	TotalSize      int64   `json:"totalSize"`
	UploadedEver   int64   `json:"uploadedEver"`
	DownloadedEver int64   `json:"downloadedEver"`
	CorruptEver    int64   `json:"corruptEver"`
	Peers          int     `json:"peersConnected"`
	Pieces         []byte  `json:"pieces"`
	ErrorString    string  `json:"errorString"`
}

var transmissionFields = []string{"percentDone", "status", "haveValid", "totalSize", "uploadedEver", "downloadedEver",
	"corruptEver", "peersConnected", "pieces", "errorString"}

// seeding is the status of a torrent that has been verified and is complete.
const seeding = 6

func (r *transmissionRPC) progress(ctx context.Context) (Progress, error) {
	var reply struct {
		Torrents []transmissionTorrent `json:"torrents"`
	}
	if err := r.call(ctx, "torrent-get", map[string]any{"fields": transmissionFields}, &reply); err != nil {
		return Progress{}, err
	}
	if len(reply.Torrents) == 0 {
		return Progress{}, errors.New("transmission has no torrent")
	}
	t := reply.Torrents[0]
	return Progress{
		Have: t.HaveValid, Size: t.TotalSize, Uploaded: t.UploadedEver, Downloaded: t.DownloadedEver,
		Wasted: t.CorruptEver, Connections: t.Peers, Complete: t.PercentDone == 1 && t.Status == seeding,
		Pieces: t.Pieces, Error: t.ErrorString,
	}, nil
}
