package driver

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Webtorrent is the library webtorrent for Node.js.
type Webtorrent struct{}

//go:embed webtorrentclient.mjs
var webtorrentScript []byte

// webtorrentPackage overrides node-datachannel: the version that webtorrent asks for has no
// binary in its package. Scripts are not run, since ip-set's refuses npm.
const webtorrentPackage = `{
  "private": true,
  "dependencies": {"webtorrent": "3.0.21"},
  "overrides": {"node-datachannel": "0.33.4"}
}
`

// Name is webtorrent.
func (Webtorrent) Name() string { return "webtorrent" }

// Installed returns the library's version.
func (d Webtorrent) Installed(context.Context) (string, error) {
	if _, err := needs(d.Name(), "node", "nodejs"); err != nil {
		return "", err
	}
	dir, err := cacheFolder(d.Name())
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(dir, "node_modules", "webtorrent", "package.json"))
	var found struct {
		Version string `json:"version"`
	}
	if err == nil {
		err = json.Unmarshal(text, &found)
	}
	if err != nil {
		return "", &MissingError{d.Name(), dir + " has no node_modules/webtorrent",
			"write this package.json there and run npm install --ignore-scripts: " + strings.Join(strings.Fields(webtorrentPackage), " ")}
	}
	return found.Version, nil
}

// Prepare installs the library from npm.
func (d Webtorrent) Prepare(ctx context.Context) error {
	if _, err := needs(d.Name(), "npm", "npm"); err != nil {
		return err
	}
	dir, err := cacheFolder(d.Name())
	if err != nil {
		return err
	}
	if err := errors.Join(os.MkdirAll(dir, 0o755),
		os.WriteFile(filepath.Join(dir, "package.json"), []byte(webtorrentPackage), 0o600)); err != nil {
		return fmt.Errorf("%s: %w", d.Name(), err)
	}
	return runIn(ctx, dir, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund")
}

// Check refuses what webtorrent cannot do.
func (Webtorrent) Check(job *Job) error {
	switch {
	case job.LSD:
		return errors.New("the driver of webtorrent does not support local discovery")
	case job.Encryption == EncryptionRequired:
		return errors.New("webtorrent cannot require encryption: it accepts plaintext connections")
	}
	return job.check()
}

// webtorrentJob is the job as the script reads it.
type webtorrentJob struct {
	Library  string   `json:"library"` // path of its main module
	Torrent  string   `json:"torrent"`
	Folder   string   `json:"folder"`
	Port     uint16   `json:"port"`
	Secure   bool     `json:"secure"`
	UTP      bool     `json:"utp"`
	DHT      bool     `json:"dht"`
	DHTNodes []string `json:"dhtNodes"`
	PEX      bool     `json:"pex"`
	Up       int64    `json:"up"` // bytes per second, -1 for no limit
	Down     int64    `json:"down"`
	Slots    int      `json:"slots"`
	Interval int64    `json:"interval"` // ms
}

// Start runs the script.
func (d Webtorrent) Start(ctx context.Context, job Job) (*Process, error) {
	if err := d.Check(&job); err != nil {
		return nil, err
	}
	node, err := needs(d.Name(), "node", "nodejs")
	if err != nil {
		return nil, err
	}
	dir, err := cacheFolder(d.Name())
	if err != nil {
		return nil, err
	}
	script := filepath.Join(job.Work, "webtorrentclient.mjs")
	if err := os.WriteFile(script, webtorrentScript, 0o600); err != nil {
		return nil, err
	}
	text, err := json.Marshal(d.job(&job, dir))
	if err != nil {
		return nil, err
	}
	return start(ctx, &job, launch{client: d.Name(), path: node, args: []string{script, string(text)}, lines: parseLine})
}

func (Webtorrent) job(job *Job, dir string) webtorrentJob {
	unlimited := func(rate int64) int64 {
		if rate == 0 {
			return -1
		}
		return rate
	}
	nodes := []string{}
	for _, n := range job.DHTNodes {
		nodes = append(nodes, n.String())
	}
	return webtorrentJob{
		Library: filepath.Join(dir, "node_modules", "webtorrent", "index.js"),
		Torrent: job.Torrent, Folder: job.Folder, Port: job.Listen.Port(),
		Secure: job.Encryption == EncryptionPreferred, UTP: job.UTP, DHT: job.DHT, DHTNodes: nodes, PEX: job.PEX,
		Up: unlimited(job.UpLimit), Down: unlimited(job.DownLimit), Slots: job.UploadSlots,
		Interval: job.interval().Milliseconds(),
	}
}
