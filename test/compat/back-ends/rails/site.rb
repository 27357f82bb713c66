# The back end of docs/protocol.md on Debian's Rails, with a sign-in. Prints the port that it listens on.
require 'logger'
require 'rails'
require 'active_record/railtie'
require 'action_controller/railtie'
require 'puma'
require 'puma/server'

class Site < Rails::Application
  config.root = ENV.fetch('SITE_DATA')
  config.eager_load = false
  config.secret_key_base = 'known to this process ' * 4
  config.logger = Logger.new(IO::NULL)
  config.hosts = nil
  config.session_store :cookie_store, key: 'sid'
end

ENV['DATABASE_URL'] = "sqlite3:#{ENV.fetch('SITE_DATA')}/db?pool=16&timeout=5000"
Site.initialize!
ActiveRecord::Base.establish_connection(ENV['DATABASE_URL'])
ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  create_table :activities do |t|
    t.string :session, index: { unique: true }
    t.bigint :active_at
    t.string :ended
  end
end

require_relative 'session_ping'

class PagesController < ActionController::Base
  before_action(except: :sign_in) { SessionGate.check(self) }

  def sign_in
    reset_session
    session[:user] = 'ana'
    session[:activity] = Activity.begin
    render plain: 'welcome'
  end

  def sign_out
    Activity.where(session: session[:activity], ended: nil).update_all(ended: 'signed-out')
    render plain: 'bye'
  end

  def home = render(plain: session[:user] || 'nobody')
end

Site.routes.draw do
  match '/session/ping', to: SessionPing, via: :all
  post '/sign-in', to: 'pages#sign_in'
  post '/sign-out', to: 'pages#sign_out'
  root to: 'pages#home'
end

server = Puma::Server.new(Site)
port = server.add_tcp_listener('127.0.0.1', 0).addr[1]
thread = server.run
$stdout.puts port
$stdout.flush
thread.join
