package driver

import (
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
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
	if job.Seed && job.isMagnet() {
		return errors.New("swarmsim seed takes a torrent file, and no magnet link")
	}
	return job.check()
}

func (d Swarmsim) args(job *Job) []string {
	var args []string
	if job.Seed {
		args = []string{"seed", job.Torrent, job.Folder}
	} else {
		args = []string{"get", job.Torrent, "--dir", job.Folder, "--seed"}
	}
	args = append(args, "--listen", job.Listen.String(), "--json", "--encryption", job.Encryption.String(),
		"--dht="+strconv.FormatBool(job.DHT), "--pex="+strconv.FormatBool(job.PEX), "--lsd="+strconv.FormatBool(job.LSD),
		"--utp="+strconv.FormatBool(job.UTP))
	if d.Profile != "" {
		args = append(args, "--profile", d.Profile)
	}
	for _, n := range job.DHTNodes {
		args = append(args, "--dht-node", n.String())
	}
	if job.UpLimit > 0 {
		args = append(args, "--up", strconv.FormatInt(job.UpLimit, 10)+" B/s")
	}
	if job.DownLimit > 0 {
		args = append(args, "--down", strconv.FormatInt(job.DownLimit, 10)+" B/s")
	}
	if job.UploadSlots > 0 {
		args = append(args, "--slots", strconv.Itoa(job.UploadSlots))
	}
	return args
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
	return start(ctx, &job, launch{client: d.Name(), path: path, args: d.args(&job), lines: parseLine})
}

// cutLine returns the first line of a text.
func cutLine(text string) (line, rest string, found bool) {
	line, rest, found = strings.Cut(text, "\n")
	return cmp.Or(strings.TrimSpace(line), "unknown"), rest, found
}
