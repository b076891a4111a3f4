package driver

import (
	"context"
	_ "embed"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// Libtorrent is libtorrent-rasterbar 2.0 in a Python script, as qBittorrent and Deluge use it.
type Libtorrent struct{}

//go:embed libtorrentclient.py
var libtorrentScript []byte

// python is Debian's interpreter: python3-libtorrent is not built for others.
const python = "/usr/bin/python3"

// Name is libtorrent.
func (Libtorrent) Name() string { return "libtorrent" }

// Installed returns the version of the Python module.
func (d Libtorrent) Installed(ctx context.Context) (string, error) {
	missing := &MissingError{d.Name(), python + " has no module libtorrent", "apt-get install python3-libtorrent"}
	if _, err := os.Stat(python); err != nil {
		return "", missing
	}
	text := strings.TrimSpace(versionOf(ctx, python, "-c", "import libtorrent; print(libtorrent.version)"))
	if text == "" || strings.Contains(text, "Error") {
		return "", missing
	}
	return text, nil
}

// Check accepts every job.
func (Libtorrent) Check(job *Job) error { return job.check() }

// libtorrentJob is the job as the script reads it.
type libtorrentJob struct {
	Torrent  string         `json:"torrent"`
	Folder   string         `json:"folder"`
	Seed     bool           `json:"seed"`
	PEX      bool           `json:"pex"`
	Interval float64        `json:"interval"` // seconds
	Settings map[string]any `json:"settings"` // of libtorrent's settings_pack
}

// Start runs the script.
func (d Libtorrent) Start(ctx context.Context, job Job) (*Process, error) {
	if err := d.Check(&job); err != nil {
		return nil, err
	}
	script := filepath.Join(job.Work, "libtorrentclient.py")
	if err := os.WriteFile(script, libtorrentScript, 0o600); err != nil {
		return nil, err
	}
	text, err := json.Marshal(d.job(&job))
	if err != nil {
		return nil, err
	}
	return start(ctx, &job, launch{
		client: d.Name(), path: python, args: []string{script, string(text)}, lines: parseLine,
	})
}

func (Libtorrent) job(job *Job) libtorrentJob {
	ip := job.Listen.Addr().String()
	var nodes []string
	for _, n := range job.DHTNodes {
		nodes = append(nodes, n.String())
	}
	s := map[string]any{
		"listen_interfaces": job.Listen.String(),
		// Unbound connections would come from another address of the host; if that is the
		// neighbour's own, it bans itself.
		"outgoing_interfaces":               ip,
		"allow_multiple_connections_per_ip": job.SharedAddress,
		"enable_dht":                        job.DHT,
		"dht_bootstrap_nodes":               strings.Join(nodes, ","),
		"dht_restrict_routing_ips":          false,
		"dht_restrict_search_ips":           false,
		"enable_lsd":                        job.LSD,
		"enable_upnp":                       false,
		"enable_natpmp":                     false,
		"enable_incoming_utp":               job.UTP,
		"enable_outgoing_utp":               job.UTP,
		"upload_rate_limit":                 job.UpLimit,
		"download_rate_limit":               job.DownLimit,
		"alert_mask":                        1 | 16 | 64, // errors, the tracker, status
	}
	// settings_pack: pe_forced 0, pe_enabled 1, pe_disabled 2; prefer_rc4.
	policy := [...]int{EncryptionOff: 2, EncryptionPreferred: 1, EncryptionRequired: 0}[job.Encryption]
	s["in_enc_policy"], s["out_enc_policy"] = policy, policy
	s["prefer_rc4"] = job.Encryption == EncryptionPreferred
	if job.UploadSlots > 0 {
		s["unchoke_slots_limit"] = job.UploadSlots
	}
	return libtorrentJob{
		Torrent: job.Torrent, Folder: job.Folder, Seed: job.Seed, PEX: job.PEX,
		Interval: job.interval().Seconds(), Settings: s,
	}
}
