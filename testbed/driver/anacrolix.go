package driver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// Anacrolix is anacrolix/torrent in a program of its own, which is the module testbed/anacrolix of
// this project: the version that builds there differs from that of this module.
type Anacrolix struct{}

// anacrolixSource is the module's folder in the source tree.
const anacrolixSource = "testbed/anacrolix"

// Name is anacrolix.
func (Anacrolix) Name() string { return "anacrolix" }

func (d Anacrolix) program() (string, error) {
	dir, err := cacheFolder(d.Name())
	return filepath.Join(dir, "anacrolix"), err
}

// Installed returns the library's version.
func (d Anacrolix) Installed(ctx context.Context) (string, error) {
	path, err := d.program()
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", &MissingError{d.Name(), path + " does not exist",
			"go build -C " + anacrolixSource + " -o " + path + " . in swarmsim's source tree"}
	}
	version, _, _ := cutLine(versionOf(ctx, path, "-version"))
	return version, nil
}

// Prepare builds the program from the source tree.
func (d Anacrolix) Prepare(ctx context.Context) error {
	path, err := d.program()
	if err != nil {
		return err
	}
	source, err := sourceFolder(anacrolixSource)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Name(), err)
	}
	return runIn(ctx, source, "go", "build", "-o", path, ".")
}

// Check refuses what the program has no flag for.
func (Anacrolix) Check(job *Job) error {
	if job.LSD {
		return errors.New("anacrolix/torrent does not support local discovery")
	}
	if job.UploadSlots > 0 {
		return errors.New("anacrolix/torrent has no upload slots")
	}
	return job.check()
}

// Start starts the program.
func (d Anacrolix) Start(ctx context.Context, job Job) (*Process, error) {
	if err := d.Check(&job); err != nil {
		return nil, err
	}
	path, err := d.program()
	if err != nil {
		return nil, err
	}
	args := []string{
		"-torrent", job.Torrent, "-dir", job.Folder, "-listen", job.Listen.String(),
		"-encryption", job.Encryption.String(), "-interval", job.interval().String(),
		"-up", strconv.FormatInt(job.UpLimit, 10), "-down", strconv.FormatInt(job.DownLimit, 10),
		"-utp=" + strconv.FormatBool(job.UTP), "-dht=" + strconv.FormatBool(job.DHT), "-pex=" + strconv.FormatBool(job.PEX),
	}
	for _, n := range job.DHTNodes {
		args = append(args, "-dht-node", n.String())
	}
	return start(ctx, &job, launch{client: d.Name(), path: path, args: args, lines: parseLine})
}
