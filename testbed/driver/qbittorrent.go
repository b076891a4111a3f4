package driver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// Qbittorrent is qbittorrent-nox.
type Qbittorrent struct{}

// Name is qbittorrent.
func (Qbittorrent) Name() string { return "qbittorrent" }

// Installed returns qBittorrent's version.
func (d Qbittorrent) Installed(ctx context.Context) (string, error) {
	path, err := needs(d.Name(), "qbittorrent-nox", "qbittorrent-nox")
	if err != nil {
		return "", err
	}
	_, version, found := strings.Cut(versionOf(ctx, path, "--version"), " v")
	if !found {
		return "unknown", nil
	}
	return strings.TrimSpace(version), nil
}

// Check refuses what the configuration file has no setting for.
func (Qbittorrent) Check(job *Job) error {
	if len(job.DHTNodes) > 0 {
		return errors.New("qbittorrent 4.5 has no setting for the nodes that DHT starts from")
	}
	return job.check()
}

// config is qBittorrent.conf. Rates are in KiB/s.
func (Qbittorrent) config(job *Job) string {
	protocol := "TCP"
	if job.UTP {
		protocol = "Both"
	}
	lines := []string{
		"[LegalNotice]", "Accepted=true",
		"[Preferences]", `WebUI\LocalHostAuth=false`, `WebUI\Address=127.0.0.1`, `WebUI\CSRFProtection=false`,
		`WebUI\HostHeaderValidation=false`,
		"[BitTorrent]",
		`Session\InterfaceAddress=` + job.Listen.Addr().String(),
		fmt.Sprintf(`Session\Port=%d`, job.Listen.Port()),
		`Session\DefaultSavePath=` + job.Folder,
		fmt.Sprintf(`Session\DHTEnabled=%t`, job.DHT),
		fmt.Sprintf(`Session\LSDEnabled=%t`, job.LSD),
		fmt.Sprintf(`Session\PeXEnabled=%t`, job.PEX),
		`Session\BTProtocol=` + protocol,
		// 0 allows encryption, 1 requires it, 2 disables it.
		fmt.Sprintf(`Session\Encryption=%d`, [...]int{EncryptionOff: 2, EncryptionPreferred: 0, EncryptionRequired: 1}[job.Encryption]),
		fmt.Sprintf(`Session\MultiConnectionsPerIp=%t`, job.SharedAddress), `Session\QueueingSystemEnabled=false`,
		`Session\IgnoreLimitsOnLAN=false`, `Network\PortForwardingEnabled=false`,
		fmt.Sprintf(`Session\GlobalUPSpeedLimit=%d`, (job.UpLimit+1023)/1024),
		fmt.Sprintf(`Session\GlobalDLSpeedLimit=%d`, (job.DownLimit+1023)/1024),
	}
	if job.UploadSlots > 0 {
		lines = append(lines, fmt.Sprintf(`Session\MaxUploads=%d`, job.UploadSlots))
	}
	return strings.Join(lines, "\n") + "\n"
}

// Start starts qbittorrent-nox and adds the torrent over its web interface.
func (d Qbittorrent) Start(ctx context.Context, job Job) (*Process, error) {
	if err := d.Check(&job); err != nil {
		return nil, err
	}
	path, err := needs(d.Name(), "qbittorrent-nox", "qbittorrent-nox")
	if err != nil {
		return nil, err
	}
	control, err := freePort()
	if err != nil {
		return nil, err
	}
	profile := filepath.Join(job.Work, "profile")
	config := filepath.Join(profile, "qBittorrent", "config")
	if err := errors.Join(os.MkdirAll(config, 0o700),
		os.WriteFile(filepath.Join(config, "qBittorrent.conf"), []byte(d.config(&job)), 0o600)); err != nil {
		return nil, err
	}
	web := qbittorrentWeb{http: job.httpClient(), url: fmt.Sprintf("http://127.0.0.1:%d/api/v2/", control)}
	return start(ctx, &job, launch{
		client: d.Name(), path: path,
		args: []string{"--profile=" + profile, fmt.Sprintf("--webui-port=%d", control)},
		poll: func(ctx context.Context) (Progress, error) {
			if !web.added {
				if err := web.add(ctx, &job); err != nil {
					return Progress{}, err
				}
				web.added = true
			}
			return web.progress(ctx)
		},
	})
}

// qbittorrentWeb is the client's web interface.
type qbittorrentWeb struct {
	http  *http.Client
	url   string
	added bool
}

func (w *qbittorrentWeb) add(ctx context.Context, job *Job) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	err := form.WriteField("savepath", job.Folder)
	if job.isMagnet() {
		err = errors.Join(err, form.WriteField("urls", job.Torrent))
	} else {
		text, readErr := os.ReadFile(job.Torrent)
		part, createErr := form.CreateFormFile("torrents", "x.torrent")
		if err = errors.Join(err, readErr, createErr); err == nil {
			_, err = part.Write(text)
		}
	}
	if err = errors.Join(err, form.Close()); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+"torrents/add", &body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	_, err = fetch(w.http, req)
	return err
}

// qbittorrentTorrent has the fields of torrents/info that progress needs.
type qbittorrentTorrent struct {
	Hash        string  `json:"hash"`
	State       string  `json:"state"`
	Progress    float64 `json:"progress"`
	Size        int64   `json:"total_size"`
	Completed   int64   `json:"completed"`
	Uploaded    int64   `json:"uploaded"`
	Downloaded  int64   `json:"downloaded"`
	Seeds       int     `json:"num_seeds"`
	Leechers    int     `json:"num_leechs"`
	pieceStates []int
}

func (w *qbittorrentWeb) progress(ctx context.Context) (Progress, error) {
	var all []qbittorrentTorrent
	if err := w.get(ctx, "torrents/info", &all); err != nil {
		return Progress{}, err
	}
	if len(all) == 0 {
		return Progress{}, errors.New("qbittorrent has no torrent")
	}
	t := all[0]
	if err := w.get(ctx, "torrents/pieceStates?hash="+t.Hash, &t.pieceStates); err != nil {
		return Progress{}, err
	}
	return t.report(), nil
}

func (t *qbittorrentTorrent) report() Progress {
	const downloaded = 2
	pieces := make([]byte, (len(t.pieceStates)+7)/8)
	for i, state := range t.pieceStates {
		if state == downloaded {
			pieces[i/8] |= 0x80 >> (i % 8)
		}
	}
	checking := strings.HasPrefix(t.State, "checking")
	p := Progress{
		Have: max(t.Completed, 0), Size: max(t.Size, 0), Uploaded: t.Uploaded, Downloaded: t.Downloaded,
		Connections: t.Seeds + t.Leechers, Complete: t.Progress == 1 && t.Size > 0 && !checking, Pieces: pieces,
	}
	if t.State == "error" || t.State == "missingFiles" {
		p.Error = t.State
	}
	return p
}

func (w *qbittorrentWeb) get(ctx context.Context, path string, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+path, nil)
	if err != nil {
		return err
	}
	body, err := fetch(w.http, req)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, out)
}
