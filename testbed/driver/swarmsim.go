package driver

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"swarmsim/torrent"
)

// Swarmsim is this project's own client, swarmsim get and swarmsim seed.
type Swarmsim struct {
	// Program is the path of swarmsim; if it is empty, the running program if that is swarmsim, or
	// swarmsim on the path.
	Program string
	// Profile is the profile of the client (swarmsim get --profile), if not empty.
	Profile string
}

// Name is swarmsim.
func (Swarmsim) Name() string { return "swarmsim" }

func (d Swarmsim) program() (string, error) {
	if d.Program != "" {
		return d.Program, nil
	}
	if own, err := os.Executable(); err == nil && strings.TrimSuffix(filepath.Base(own), ".exe") == "swarmsim" {
		return own, nil
	}
	path, err := exec.LookPath("swarmsim")
	if err != nil {
		return "", &MissingError{d.Name(), "swarmsim is not on the path", "go install ./cmd/swarmsim in its source tree"}
	}
	return path, nil
}

// Installed returns the version of swarmsim.
func (d Swarmsim) Installed(ctx context.Context) (string, error) {
	path, err := d.program()
	if err != nil {
		return "", err
	}
	fields := strings.Fields(versionOf(ctx, path, "--version")) // swarmsim version 0123456789ab
	if len(fields) == 0 {
		return "unknown", nil
	}
	if strings.Contains(versionOf(ctx, path, "get", "--help"), "unknown command") {
		return "", &MissingError{d.Name(), path + " has no command get", "build swarmsim from a newer source tree"}
	}
	return fields[len(fields)-1], nil
}

// Check refuses what the commands have no flag for.
func (Swarmsim) Check(job *Job) error {
	switch {
	case job.Seed && job.isMagnet():
		return errors.New("swarmsim seed takes a torrent file, and no magnet link")
	case job.UTP:
		return errors.New("swarmsim get has no flag for uTP")
	case job.UploadSlots > 0:
		return errors.New("the upload slots of swarmsim are a setting of its choker; name a profile")
	}
	return job.check()
}

func (d Swarmsim) args(job *Job) ([]string, error) {
	args := []string{"get", job.Torrent, "--dir", job.Folder, "--seed"}
	if job.Seed {
		name, err := contentName(job.Torrent)
		if err != nil {
			return nil, err
		}
		args = []string{"seed", job.Torrent, filepath.Join(job.Folder, name)}
	}
	args = append(args, "--listen", job.Listen.String(), "--json", "--encryption", job.Encryption.String())
	for _, off := range []struct {
		flag string
		on   bool
	}{{"--no-dht", job.DHT}, {"--no-pex", job.PEX}, {"--no-lsd", job.LSD}} {
		if !off.on {
			args = append(args, off.flag)
		}
	}
	if d.Profile != "" {
		args = append(args, "--profile", d.Profile)
	}
	for _, n := range job.DHTNodes {
		args = append(args, "--dht-node", n.String())
	}
	if job.UpLimit > 0 {
		args = append(args, "--upload", strconv.FormatInt(job.UpLimit, 10)+" B/s")
	}
	if job.DownLimit > 0 {
		args = append(args, "--download", strconv.FormatInt(job.DownLimit, 10)+" B/s")
	}
	return args, nil
}

// contentName returns the name of a torrent's file or folder.
func contentName(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, torrent.MaxFile))
	if err != nil {
		return "", err
	}
	m, err := torrent.Parse(text)
	if err != nil {
		return "", fmt.Errorf("%s %w", path, err)
	}
	return m.Name, nil
}

// Start starts swarmsim.
func (d Swarmsim) Start(ctx context.Context, job Job) (*Process, error) {
	if err := d.Check(&job); err != nil {
		return nil, err
	}
	path, err := d.program()
	if err != nil {
		return nil, err
	}
	args, err := d.args(&job)
	if err != nil {
		return nil, err
	}
	return start(ctx, &job, launch{
		client: d.Name(), path: path, args: args, lines: swarmsimLine,
		env: []string{"XDG_CACHE_HOME=" + job.Work}, // where seed keeps what it has verified, for each torrent once
	})
}

// swarmsimStatus has the fields of a line of --json that progress needs. Counts are in bytes, have and
// pieces in pieces.
type swarmsimStatus struct {
	State      string `json:"state"`
	Length     int64  `json:"length"`
	Left       int64  `json:"left"`
	Peers      int    `json:"peers"`
	Downloaded int64  `json:"downloaded"`
	Uploaded   int64  `json:"uploaded"`
	Bitfield   []byte `json:"bitfield"`
	Error      string `json:"error"`
}

func swarmsimLine(line []byte) (Progress, bool) {
	var s swarmsimStatus
	if err := json.Unmarshal(line, &s); err != nil || s.Left < 0 || s.Length < s.Left || s.Uploaded < 0 || s.Downloaded < 0 {
		return Progress{}, false
	}
	return Progress{
		Have: s.Length - s.Left, Size: s.Length, Uploaded: s.Uploaded, Downloaded: s.Downloaded, Connections: s.Peers,
		Complete: s.State == "seeding", Pieces: s.Bitfield, Error: s.Error,
	}, true
}

// cutLine returns the first line of a text.
func cutLine(text string) (line, rest string, found bool) {
	line, rest, found = strings.Cut(text, "\n")
	return cmp.Or(strings.TrimSpace(line), "unknown"), rest, found
}
