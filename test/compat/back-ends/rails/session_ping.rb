class Activity < ActiveRecord::Base # session: string, unique; active_at: bigint; ended: string. Delete none too soon.
  EXPIRE_MS = 600_000

  # At sign-in, after reset_session: session[:activity] = Activity.begin
  def self.begin = create!(session: SecureRandom.hex(16), active_at: now).session
  def self.now = Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond)

  def self.report(session, idle_ms = nil)
    living = where(session: session, ended: nil)
    living.where('active_at <= ?', now - EXPIRE_MS).update_all(ended: 'idle')
    living.where('active_at < ?', now - idle_ms).update_all(active_at: now - idle_ms) if idle_ms
    find_by(session: session) if session
  end
end

# In config/routes.rb: match '/session/ping', to: SessionPing, via: :all
class SessionPing
  def self.call(env)
    request = ActionDispatch::Request.new(env)
    return answer(405, {}, { 'Allow' => 'POST' }) unless request.request_method == 'POST'
    return problem(403, 'Forbidden') unless own?(request)
    ping = read(request)
    return problem(400, 'Bad Request') unless ping
    known = Activity.report(request.session[:activity], ping['idleMs'])
    return answer(200, { v: 1, state: 'none' }) unless known
    return answer(200, { v: 1, state: 'ended', reason: known.ended }) if known.ended
    idle_ms = [0, Activity.now - known.active_at].max
    answer(200, { v: 1, state: 'live', idleMs: idle_ms, warnAfterMs: 540_000, expireAfterMs: Activity::EXPIRE_MS })
  end

  def self.own?(request)
    site, origin = request.headers['Sec-Fetch-Site'], request.headers['Origin']
    site ? site == 'same-origin' : origin.to_s.sub(%r{\Ahttps?://}, '') == request.host_with_port
  end

  def self.read(request)
    return if request.media_type != 'application/json' || request.raw_post.bytesize > 1024
    ping = JSON.parse(request.raw_post)
    idle_ms, owner = ping.fetch('idleMs', 0), ping.fetch('owner', '-')
    ping if (ping.keys - %w[v idleMs owner]).empty? && ping['v'].eql?(1) && idle_ms.is_a?(Integer) &&
      idle_ms.between?(0, 2**53 - 1) && owner.is_a?(String) && owner.match?(/\A[\w-]{1,64}\z/)
  rescue JSON::ParserError, NoMethodError, TypeError, ArgumentError
    nil
  end

  def self.answer(status, body, headers = {}, type: 'application/json')
    [status, { 'Content-Type' => type, 'Cache-Control' => 'no-store', **headers }, [body.to_json]]
  end

  def self.problem(status, title) = answer(status, { title: title, status: status }, type: 'application/problem+json')
end

# In ApplicationController: before_action { SessionGate.check(self) }
module SessionGate
  def self.check(controller)
    request = controller.request
    person = request.headers['Sec-Fetch-User'] == '?1' && !request.headers['Sec-Purpose']
    known = Activity.report(request.session[:activity], person ? 0 : nil)
    controller.reset_session && controller.head(:unauthorized) if known&.ended
  end
end
