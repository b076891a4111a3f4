package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"swarmsim/cmd/swarmsim/results"
	"swarmsim/sim/scenario"
)

// worktree is a temporary worktree of a git repository. git keeps the state of a bisection per
// worktree, so one that the user is at is not disturbed.
type worktree struct {
	repository string // the user's checkout
	parent     string // temporary folder around dir
	dir        string
}

// verdict is what a commit is found to be, by the subcommands of git bisect.
type verdict string

const (
	isGood     verdict = "good"
	isBad      verdict = "bad"
	cannotTell verdict = "skip"
)

// newWorktree makes a worktree, at a revision, of the repository that has a folder.
func newWorktree(ctx context.Context, folder, revision string) (*worktree, error) {
	top, err := git(ctx, folder, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, usageError{err}
	}
	w := &worktree{repository: strings.TrimRight(top, "\r\n")}
	commit, err := w.resolve(ctx, revision)
	if err != nil {
		return nil, err
	}
	if w.parent, err = os.MkdirTemp("", "bench-worktree-*"); err != nil {
		return nil, err
	}
	w.dir = filepath.Join(w.parent, "tree")
	if _, err := git(ctx, w.repository, "worktree", "add", "--quiet", "--detach", w.dir, commit); err != nil {
		return nil, errors.Join(err, os.RemoveAll(w.parent))
	}
	return w, nil
}

// remove removes the worktree, also after an interrupt.
func (w *worktree) remove() error {
	_, err := git(context.Background(), w.repository, "worktree", "remove", "--force", w.dir)
	return errors.Join(err, os.RemoveAll(w.parent))
}

// resolve returns the commit of a revision.
func (w *worktree) resolve(ctx context.Context, revision string) (string, error) {
	out, err := git(ctx, w.repository, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err != nil {
		return "", usageError{fmt.Errorf("the repository %s has no commit %q", w.repository, revision)}
	}
	return strings.TrimSpace(out), nil
}

// place returns where the worktree has a file of the user's checkout.
func (w *worktree) place(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return "", err
	}
	top, err := filepath.EvalSymlinks(w.repository)
	if err != nil {
		return "", err
	}
	inside, err := filepath.Rel(top, abs)
	if err == nil && !filepath.IsLocal(inside) {
		err = fmt.Errorf("it is not in %s", top)
	}
	return inside, err
}

// write writes a file of the worktree.
func (w *worktree) write(inside string, text []byte) error {
	root, err := os.OpenRoot(w.dir) // a commit may have symbolic links that lead elsewhere
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.MkdirAll(filepath.Dir(inside), 0o755); err != nil {
		return err
	}
	return root.WriteFile(inside, text, 0o644)
}

// checkout checks out a commit.
func (w *worktree) checkout(ctx context.Context, commit string) error {
	if err := w.clean(ctx); err != nil {
		return err
	}
	_, err := git(ctx, w.dir, "checkout", "--quiet", "--detach", commit)
	return err
}

// clean undoes what playing changed. Files that the repository ignores stay, for the next build.
func (w *worktree) clean(ctx context.Context) error {
	if _, err := git(ctx, w.dir, "reset", "--quiet", "--hard"); err != nil {
		return err
	}
	_, err := git(ctx, w.dir, "clean", "--quiet", "-ffd")
	return err
}

// subject returns the first line of a commit's message.
func (w *worktree) subject(ctx context.Context, commit string) string {
	out, err := git(ctx, w.repository, "log", "-1", "--format=%s", commit)
	if err != nil {
		return ""
	}
	return scenario.Printable(strings.TrimSpace(out))
}

// firstBad is how git bisect names the commit that it has found.
var firstBad = regexp.MustCompile(`(?m)^([0-9a-f]{40,64}) is the first '?bad'? commit`)

// bisect returns the first bad commit. judge is called with each commit that git chooses.
func (w *worktree) bisect(ctx context.Context, good, bad string, judge func(context.Context, string) (verdict, error)) (string, error) {
	first, err := w.resolve(ctx, bad)
	if err != nil {
		return "", err
	}
	last, err := w.resolve(ctx, good)
	if err != nil {
		return "", err
	}
	if err := w.clean(ctx); err != nil {
		return "", err
	}
	out, err := git(ctx, w.dir, "bisect", "start", first, last)
	for err == nil {
		if m := firstBad.FindStringSubmatch(out); m != nil {
			return m[1], nil
		}
		if out, err = git(ctx, w.dir, "rev-parse", "HEAD"); err != nil {
			break
		}
		var v verdict
		if v, err = judge(ctx, strings.TrimSpace(out)); err != nil {
			break
		}
		if err = w.clean(ctx); err != nil {
			break
		}
		out, err = git(ctx, w.dir, "bisect", string(v))
	}
	return "", err
}

// git runs git in a folder and returns what it prints. No hook of the repository runs.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "core.hooksPath=" + os.DevNull, "-c", "core.fsmonitor=false"}, args...)...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	cmd.Env = append(withoutGit(os.Environ()), "LC_ALL=C", "GIT_TERMINAL_PROMPT=0")
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, strings.TrimSpace(out.String()+errs.String()))
	}
	return out.String(), nil
}

// withoutGit returns an environment without the variables that git sets for its hooks. They would
// lead commands in a worktree to another one.
func withoutGit(environment []string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(s string) bool {
		name, _, _ := strings.Cut(s, "=")
		return slices.Contains([]string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR",
			"GIT_OBJECT_DIRECTORY"}, name)
	})
}

// shortHash shortens a commit's hash to the digits that are printed.
func shortHash(commit string) string { return commit[:min(len(commit), results.RevisionLength)] }

// shell runs a command of the user in a folder.
func shell(ctx context.Context, dir, command string) error {
	if runtime.GOOS == "windows" {
		return start(ctx, dir, "cmd", "/c", command)
	}
	return start(ctx, dir, "sh", "-c", command)
}

// start runs a program in a folder. Its error has the end of what the program prints.
func start(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	said := &tail{}
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = dir, withoutGit(os.Environ()), said, said, killDelay
	endWithChildren(cmd)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w%s", strings.Join(append([]string{name}, args...), " "), err, said)
	}
	return nil
}
