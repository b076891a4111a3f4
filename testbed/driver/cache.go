package driver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Preparer is a driver whose client is not a Debian package. Prepare builds or installs it for
// the user, in the user's cache folder. It needs the network.
type Preparer interface {
	Prepare(ctx context.Context) error
}

// cacheFolder returns the folder of a client in the user's cache. The environment's
// SWARMSIM_CLIENTS replaces the cache.
func cacheFolder(client string) (string, error) {
	if dir := os.Getenv("SWARMSIM_CLIENTS"); dir != "" {
		return filepath.Join(dir, client), nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("%s: there is no cache folder; set SWARMSIM_CLIENTS to a folder: %w", client, err)
	}
	return filepath.Join(dir, "swarmsim", client), nil
}

// runIn runs a program in a folder, without cgo. Its output is part of the error.
func runIn(ctx context.Context, dir, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=0")
	text, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s in %s: %w: %s", cmd, dir, err, strings.TrimSpace(string(text)))
	}
	return nil
}

// sourceFolder finds a folder of this project's source tree, from the working directory upward.
func sourceFolder(name string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module swarmsim\n") {
			return filepath.Join(dir, filepath.FromSlash(name)), nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("the working directory is not in swarmsim's source tree")
		}
		dir = parent
	}
}
