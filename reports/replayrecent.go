package reports

import "slices"

// replayRecent is how many numbers a recent remembers.
const replayRecent = 32

// recent codes numbers of which the same few occur again and again, such as the senders of a peer's
// transfers, as small ones, which compress well: as how many others have occurred since.
type recent struct{ list []int }

// code returns the code of a number: of one that has not occurred lately, replayRecent more than it.
func (r *recent) code(x int) int {
	i := slices.Index(r.list, x)
	code := i
	if i < 0 {
		code = replayRecent + x
		if len(r.list) < replayRecent {
			r.list = append(r.list, 0)
		}
		i = len(r.list) - 1
	}
	copy(r.list[1:i+1], r.list[:i])
	r.list[0] = x
	return code
}
