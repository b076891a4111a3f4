package lab

import "swarmsim/sim/record"

func (p *Plan) draw(rows Rows, o *Outcome, create record.Create) error { return nil }
