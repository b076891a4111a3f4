package results

import (
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"time"

	"swarmsim/reports/provenance"
)

// RevisionLength is how many digits of a commit's hash identify a version.
const RevisionLength = 12

// Version returns the commit that the program was built from, or its module's version.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= RevisionLength {
			return s.Value[:RevisionLength]
		}
	}
	return info.Main.Version
}

// program describes this build. Its digest is empty where a program cannot read its own file.
func program() provenance.Program {
	digest, _ := ProgramDigest()
	info, _ := debug.ReadBuildInfo()
	name := "swarmsim"
	if info != nil && info.Path != "" {
		name = path.Base(info.Path)
	}
	return provenance.ProgramOf(name, Version(), digest, info)
}

// crateDate is the date of a crate: SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/)
// or the date of the program's source. It is empty if neither is known.
func crateDate(p *provenance.Program) string {
	if seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		return time.Unix(seconds, 0).UTC().Format(time.DateOnly)
	}
	at, err := time.Parse(time.RFC3339, p.Committed)
	if err != nil {
		return ""
	}
	return at.UTC().Format(time.DateOnly)
}
